"""What stands in an environment file and how its reader hands it on, for the same mimi either way."""

import pytest

from bot.env_lines import plain, unknown
from bot.settings import Settings, SettingsProblem

TOKEN = "A" * 150 + "/1O/w1cDnyilFU="
SECRET = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ("8081", "8081"),
        ("'8081'", "8081"),  # docker run --env-file, a Kubernetes Secret
        ('"8081"', "8081"),
        ("8081\r", "8081"),  # a file of Windows', read by a shell
        ("\ufeff8081\u3000", "8081"),
        ("' 8081 '\r\n", "8081"),
        ("'", "'"),
        ("''", ""),
        ("it's", "it's"),
        ("'a' or 'b'", "'a' or 'b'"),
        ('"mimi, Inc." <mimi@example.com>', '"mimi, Inc." <mimi@example.com>'),
    ],
)
def test_a_value_is_read_without_what_its_file_put_around_it(given: str, value: str) -> None:
    assert plain(given) == value


@pytest.mark.parametrize("given", ["", " ", "''", "\r", '""\r'])
def test_what_is_nothing_inside_is_unset(given: str) -> None:
    assert Settings.read({"MIMI_PORT": given, "SMTP_URL": given}).named() == set()


def test_every_setting_is_read_so_secrets_too() -> None:
    settings = Settings.read(
        {
            "MIMI_EMBEDDINGS": "false\r",
            "MIMI_PUBLIC_URL": '"https://mimi.example"',
            "LINE_CHANNEL_SECRET": f"'{SECRET}'\r",
            "LINE_CHANNEL_ACCESS_TOKEN": f" {TOKEN} ",
        }
    )
    assert (settings.embeddings, settings.public_url) == (False, "https://mimi.example")
    assert settings.line_channel_secret.get_secret_value() == SECRET
    assert settings.line_channel_access_token.get_secret_value() == TOKEN


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"MIMI_PORT": "8081 # the port"}, "MIMI_PORT: has a comment"),
        ({"MIMI_OPERATOR": "Yuki # me"}, "MIMI_OPERATOR: has a comment"),
        ({"MONGODB_URI": "mongodb://host/mimi #"}, "MONGODB_URI: has a comment"),
        ({"MIMI_PORT": "eighty"}, "MIMI_PORT: must be a whole number"),
        ({"MIMI_EMBEDDINGS": "perhaps"}, "MIMI_EMBEDDINGS: must be true or false"),
        ({"MIMI_SPEND_PER_DAY": "$1"}, "MIMI_SPEND_PER_DAY: must be a number"),
        ({"ANTHROPIC_API_KEY": "“sk-ant-key”"}, "ANTHROPIC_API_KEY: has a character that no key has"),
        ({"ANTHROPIC_API_KEY": "sk-ant key"}, "ANTHROPIC_API_KEY: has a character that no key has"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused_with_what_to_write(given: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsProblem, match=said):
        Settings.read(given)


@pytest.mark.parametrize("name", ["Studio #5", "C# Works", "#1 Apps"])
def test_a_sign_in_a_name_is_no_comment(name: str) -> None:
    assert Settings.read({"MIMI_OPERATOR": name}).operator == name


@pytest.mark.parametrize(
    ("secret", "token", "said"),
    [
        (TOKEN, SECRET, "swap them"),
        (SECRET, SECRET, "LINE_CHANNEL_ACCESS_TOKEN: is a channel secret"),
        (TOKEN, TOKEN, "LINE_CHANNEL_SECRET: is longer than any"),
        (SECRET, f"Bearer {TOKEN}", 'without "Bearer"'),
        (SECRET, f"{TOKEN[:80]}\n{TOKEN[80:]}", "LINE_CHANNEL_ACCESS_TOKEN: has a character"),
    ],
)
def test_what_cannot_be_lines_secret_or_token_is_told_by_its_form_and_never_said(
    secret: str, token: str, said: str
) -> None:
    with pytest.raises(SettingsProblem) as problem:
        Settings.read({"LINE_CHANNEL_SECRET": secret, "LINE_CHANNEL_ACCESS_TOKEN": token})
    assert said in str(problem.value)
    assert SECRET not in str(problem.value)
    assert TOKEN[:20] not in str(problem.value)


def test_the_examples_address_is_nobodys() -> None:
    with pytest.raises(SettingsProblem, match="MIMI_PUBLIC_URL: is still the example's"):
        Settings.read({"MIMI_PUBLIC_URL": "https://mimi.example.com/"}).for_production()


@pytest.mark.parametrize("url", ["https://localhost", "https://127.0.0.1:8443", "http://localhost:8080"])
def test_an_address_that_only_this_machine_knows_is_nobody_elses(url: str) -> None:
    with pytest.raises(SettingsProblem, match="MIMI_PUBLIC_URL: is a name that leads from this machine to itself"):
        Settings.read({"MIMI_PUBLIC_URL": url}).for_production()


def test_a_misspelt_setting_is_told_with_the_one_that_may_be_meant_and_others_are_left_alone() -> None:
    known = {str(field.alias) for field in Settings.model_fields.values()}
    names = ["LINE_ACCESS_TOKEN", "MIMI_PUBLICURL", "\ufeffSMTP_URL", "MIMI_ZEBRA", "MIMI_UPSTREAM", "PATH", "LINES"]
    assert unknown([*names, *known], known) == {
        "LINE_ACCESS_TOKEN": "LINE_CHANNEL_ACCESS_TOKEN",
        "MIMI_PUBLICURL": "MIMI_PUBLIC_URL",
        "\ufeffSMTP_URL": "SMTP_URL",
        "MIMI_ZEBRA": "",
    }
