"""Settings: one table, all problems in one message, nothing secret shown."""

from pathlib import Path

import pytest

from bot.settings import REQUIRED, Settings, SettingsProblem

GOOD = {
    "MIMI_PUBLIC_URL": "https://mimi.example",
    "MIMI_SECRET_KEY": "a-secret-key-of-at-least-32-characters",
    "MONGODB_URI": "mongodb://db.example/mimi",
    "LINE_CHANNEL_SECRET": "channel-secret",
    "LINE_CHANNEL_ACCESS_TOKEN": "access-token",
    "ANTHROPIC_API_KEY": "sk-ant-secret",
    "SMTP_URL": "smtps://user:password@mail.example",
    "MAIL_FROM": "mimi@example.com",
}


def test_without_anything_set_every_default_is_embedded() -> None:
    settings = Settings.read({})
    assert (settings.host, settings.port, settings.data_dir) == ("127.0.0.1", 8080, Path(".mimi"))
    assert settings.named() == set()


def test_production_takes_a_whole_set() -> None:
    assert Settings.read(GOOD).for_production().public_url == "https://mimi.example"


@pytest.mark.parametrize("name", [*REQUIRED, "MIMI_PUBLIC_URL"])
def test_production_names_what_is_missing(name: str) -> None:
    """S60: no embedded default, and no default secret, is ever used in production."""
    given = {key: value for key, value in GOOD.items() if key != name}
    if name.startswith("LINE_CHANNEL"):
        given = {key: value for key, value in given.items() if not key.startswith("LINE_CHANNEL")}
    with pytest.raises(SettingsProblem, match=name):
        Settings.read(given).for_production()


def test_all_problems_come_in_one_message() -> None:
    wrong = {"MIMI_PORT": "many", "MIMI_SIGNUP": "perhaps", "LINE_BOT_USER_ID": "@mimi"}
    with pytest.raises(SettingsProblem) as problem:
        Settings.read(wrong)
    assert all(name in str(problem.value) for name in wrong)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MIMI_PUBLIC_URL", "mimi.example"),
        ("MIMI_PUBLIC_URL", "https://mimi.example/path"),
        ("MIMI_SECRET_KEY", "short"),
        ("LINE_CHANNEL_SECRET", "alone"),
        ("SMTP_URL", "smtp://mail.example"),
        ("SMTP_URL", "mail.example:587"),
        ("SMTP_URL", "smtp://user:pass#word@mail.example"),
        ("MAIL_FROM", "mimi"),
        ("MAIL_FROM", "mimi@"),
        ("MAIL_FROM", "mimi <mimi@example.com"),
        ("MAIL_FROM", "mimi@example.com, yuki@example.com"),
        ("MAIL_FROM", "all: mimi@example.com;"),
        ("MAIL_FROM", "mimi@example.com\nBcc: all@example.com"),
        ("MAIL_FROM", "mi mi@example.com"),
    ],
)
def test_a_value_that_cannot_work_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsProblem, match=name):
        Settings.read({name: value})


def test_no_secret_shows_in_a_repr_or_a_problem() -> None:
    """S60"""
    shown = repr(Settings.read(GOOD))
    assert not any(secret in shown for secret in ("channel-secret", "access-token", "sk-ant", "password", "32-char"))
    with pytest.raises(SettingsProblem) as problem:
        Settings.read(GOOD | {"MIMI_SECRET_KEY": "hunter2"})
    assert "hunter2" not in str(problem.value)


@pytest.mark.parametrize(
    ("given", "name", "address"),
    [
        ("mimi@example.com", "", "mimi@example.com"),
        ("mimi <mimi@example.com>", "mimi", "mimi@example.com"),
        ("みみ <mimi@example.com>", "みみ", "mimi@example.com"),
        ('"mimi, Inc." <no-reply+x@mail.example.com>', "mimi, Inc.", "no-reply+x@mail.example.com"),
        ("みみ <mimi@例え.jp>", "みみ", "mimi@xn--r8jz45g.jp"),
        ("mimi@localhost", "", "mimi@localhost"),
    ],
)
def test_the_sender_of_mails_has_one_address_and_perhaps_a_name(given: str, name: str, address: str) -> None:
    sender = Settings.read({"MAIL_FROM": given}).mail_sender()
    assert (sender.display_name, sender.addr_spec) == (name, address)
