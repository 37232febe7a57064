"""The policy cannot drift: what it says of collections, periods, hosts and tests is compared with the program."""

import ast
import re
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from clock import FrozenClock
from grounds import OPERATOR
from sites import SiteUnderTest, running_site

from bot.doctor.notices import said
from bot.join.notices import policies_of, running_of
from bot.settings import Settings, SettingsProblem
from handlers.accounts import accounts, emails
from handlers.apps import pictures
from handlers.apps.settings import DAYS_KEPT
from handlers.chat.plain_language import lines
from handlers.conversations import return_mail
from handlers.exports import downloads, returns
from handlers.imports import imports
from handlers.insight import visits
from handlers.notices.disclosure import PURPOSES, Disclosure, time_words
from handlers.notices.policies import PARTS, Policies, mark
from handlers.proposals import proposals
from knowledge.errors import BadInput
from knowledge.phrases import LANGS, Lang
from knowledge.store.apps.apps import KEPT_DAYS, MASKED_DAYS
from knowledge.store.database import Database
from knowledge.store.inbox import inbox
from knowledge.store.kept import AsLongAs, GoneAfter, GoneByApp, GoneBySetting, Subject
from knowledge.store.notices.policies import PolicyVersion
from knowledge.store.registry import STORED
from knowledge.store.repositories import Repositories
from web.visitor.policy_files import SHIPPED

ROOT = Path(__file__).parent.parent
NAMES = [stored.name for stored in STORED]
BY_NAME = {stored.name: stored for stored in STORED}
# Where the program sets a document's end to a constant that stands elsewhere than in the collection's own file.
SET_ELSEWHERE: dict[str, timedelta] = {
    "sessions": accounts.SESSION_LONGEST,
    "sign_in_links": accounts.LINK_LIVES,
    "invites": accounts.INVITE_LIVES,
    "email_codes": emails.CODE_LIVES,
    "download_links": downloads.LIVES + downloads.TO_TRY_AGAIN,
    "returns": returns.KEPT,
    "return_parts": returns.KEPT,
    "return_addresses": return_mail.KEPT,
    "imports": imports.KEPT,
    "import_items": imports.KEPT,
    "import_files": imports.FILE_KEPT,
    "plain_lines": lines.KEPT,
    "proposals": proposals.FILED_FOR,
    "told_once": timedelta(days=KEPT_DAYS),
    "page_views": visits.KEPT,
    "inbox": max(inbox.KEPT_WHEN_PARKED, inbox.KEPT_AFTER_DONE),
}
# Hosts the program's text names and never speaks with: pages for its operator to read.
ONLY_NAMED = {"platform.claude.com", "www.mongodb.com", "localhost", "127.0.0.1"} | {
    # Names of what office files hold, of which nothing is loaded.
    "schemas.openxmlformats.org",
    "purl.org",
    # Names of vocabularies: what a sitemap, a feed and a page's data are written in.
    "www.sitemaps.org",
    "www.w3.org",
    "schema.org",
}
# Settings with a URL that leads to mimi itself or to its own store.
OUR_OWN = {"MIMI_PUBLIC_URL", "MONGODB_URI"}
FULL = {
    "MIMI_OPERATOR": "Hitsuji Works",
    "MIMI_OPERATOR_ADDRESS": "1-2-3 Chiyoda, Tokyo",
    "MIMI_CONTACT": "privacy@mimi.example",
    "MIMI_HOSTING": "Example Cloud (Japan)",
    "MIMI_HANDLE_COOL_OFF": "77",
    "MIMI_BACKUP_DAYS": "14",
    "SMTP_URL": "smtps://user:pass-7731@mail.provider.example:465",
    "MAIL_FROM": OPERATOR,
    "ANTHROPIC_BASE_URL": "https://claude.example",
    "LINE_API_URL": "https://line-api.example",
    "LINE_DATA_API_URL": "https://line-data.example",
    "LINE_LINK_URL": "https://line-link.example/link",
    "MIMI_SECRET_KEY": "a secret of the tests, 32 characters",
    "MIMI_PUBLIC_URL": "https://mimi.example",
    "MIMI_EMBEDDINGS": "false",
}


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    """The site of somebody who has set everything."""
    settings = Settings.read(FULL)
    given = {name: getattr(settings, name) for name, field in Settings.model_fields.items() if field.alias in FULL}
    async with running_site(db, **given) as running:
        yield running


async def shown(site: SiteUnderTest, path: str) -> str:
    response = await site.get(path)
    assert response.status == 200, path
    return re.sub(r"&#39;", "'", await response.text())


# What is kept


@pytest.mark.parametrize("name", NAMES)
def test_every_collection_says_in_words_what_it_holds_and_until_when(name: str) -> None:
    kept = BY_NAME[name].kept
    assert kept is not None, f"{name}: Stored(kept=...) is missing (CONTRIBUTING.md, A collection)"
    ttl = {index.keys[0][0] for index in BY_NAME[name].indexes if index.expire}
    named = {each.field for each in (kept.ends, kept.also) if isinstance(each, GoneAfter | GoneByApp | GoneBySetting)}
    if kept.subject is not Subject.RUNNING:
        assert named == ttl, f"{name}: what MongoDB removes and what it says it does"
    else:
        assert BY_NAME[name].belongs.of_owner is None, f"{name} holds something of an owner's"


@pytest.mark.parametrize("name", NAMES)
def test_a_period_that_is_told_is_the_one_the_program_sets(name: str) -> None:
    kept = BY_NAME[name].kept
    assert kept
    if isinstance(kept.ends, GoneAfter):
        source = next(path for path in sources("knowledge/store") if f'"{name}",' in path.read_text())
        own = {node for node in ast.walk(ast.parse(source.read_text())) if isinstance(node, ast.Name)}
        constants = {"KEPT", "ONE_HOUR", "KEPT_AFTER_SENDING", "REFUSALS_KEPT"} & {node.id for node in own}
        if name in SET_ELSEWHERE:
            assert kept.ends.time == SET_ELSEWHERE[name]
        else:
            assert constants or name in {"limit_counters", "limit_windows", "visitors_today", "visitor_salts"}, name
    if isinstance(kept.ends, GoneByApp):
        assert (kept.ends.usual, kept.ends.least, kept.ends.most) == (KEPT_DAYS, DAYS_KEPT[0], DAYS_KEPT[-1])
    if isinstance(kept.ends, GoneBySetting):
        assert kept.ends.setting in {field.alias for field in Settings.model_fields.values()}
    if name == "pictures":
        assert kept.also
        assert kept.also.time == pictures.LOOSE_FOR


@pytest.mark.parametrize("lang", LANGS)
async def test_the_page_names_every_collection_with_its_end_and_purpose(site: SiteUnderTest, lang: Lang) -> None:
    text = await shown(site, f"/privacy/2?lang={lang}")
    disclosure = site.areas.notices.disclosure
    for stored in STORED:
        assert stored.kept
        for phrase in (stored.kept.what, disclosure.ends(stored.kept.ends), PURPOSES[stored.kept.subject].why):
            assert phrase.say(lang) in text, f"{stored.name}: {phrase.say(lang)}"
    assert set(PURPOSES) == set(Subject)


async def test_periods_follow_the_settings(site: SiteUnderTest) -> None:
    text = await shown(site, "/privacy/2?lang=en")
    assert f"{MASKED_DAYS} days unless they changed it. The visitor can delete" in text
    assert "77 days after it stopped leading to its page" in text
    assert "thrown away after 14 days" in text
    assert "180 unless they changed it, 730 at most" in text
    running = running_of(Settings.read({"MIMI_BACKUP_DAYS": "0"}))
    assert Disclosure(running).backups().say("en") == "No backups are made."


@pytest.mark.parametrize(
    ("time", "ja", "en"),
    [
        (timedelta(minutes=10), "10分", "10 minutes"),
        (timedelta(hours=1), "1時間", "1 hour"),
        (timedelta(days=1), "1日", "1 day"),
        (timedelta(days=90), "90日", "90 days"),
        (timedelta(days=400), "400日", "400 days"),
    ],
)
def test_a_period_reads_as_people_write_it(time: timedelta, ja: str, en: str) -> None:
    assert (time_words(time).say("ja"), time_words(time).say("en")) == (ja, en)


def test_what_nothing_removes_is_said_to_stay() -> None:
    ends = {AsLongAs.ACCOUNT, AsLongAs.APP, AsLongAs.WANTED, AsLongAs.SERVICE}
    said = {Disclosure(running_of(Settings.read({}))).ends(each).say("ja") for each in ends}
    assert len(said) == len(ends)


# Who receives it


@pytest.mark.parametrize("path", ["/privacy/2", "/transmission"])
@pytest.mark.parametrize("lang", LANGS)
async def test_every_host_mimi_speaks_with_is_named(site: SiteUnderTest, path: str, lang: Lang) -> None:
    text = await shown(site, f"{path}?lang={lang}")
    urls = {
        field.alias: FULL.get(str(field.alias)) or str(field.default)
        for field in Settings.model_fields.values()
        if re.search("_UR[LI]$", str(field.alias)) and field.alias not in OUR_OWN
    }
    assert len(urls) >= 5
    for alias, url in urls.items():
        assert str(urlsplit(url).hostname) in text, f"{alias} is not named on {path}"
    assert "pass-7731" not in text


def test_no_other_host_stands_in_the_program() -> None:
    """Whoever makes mimi speak with somebody new has to say so to everybody."""
    told = {urlsplit(str(field.default)).hostname for field in Settings.model_fields.values()} - {None}
    found: dict[str, str] = {}
    for path in [*sources("bot"), *sources("handlers"), *sources("knowledge"), *sources("guardrail"), *sources("web")]:
        if "embedded" not in path.parts:
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    for host in re.findall(r"https?://([a-z0-9-]+(?:\.[a-z0-9-]+)+)", node.value):
                        found[host] = str(path.relative_to(ROOT))
    unknown = {host: where for host, where in found.items() if host not in told | ONLY_NAMED}
    assert {host: where for host, where in unknown.items() if not host.endswith("example.com")} == {}


@pytest.mark.parametrize("path", sorted((ROOT / "web").rglob("*.html")), ids=lambda path: path.name)
def test_no_page_makes_a_browser_load_anything_from_elsewhere(path: Path) -> None:
    loads = re.findall(r"""(?:src|srcset|action|<link[^>]*href|url\()\s*=?\s*["']?(https?:|//)""", path.read_text())
    assert loads == []


@pytest.mark.parametrize("lang", LANGS)
async def test_the_notice_of_external_transmission_is_one_tap_from_every_chat(site: SiteUnderTest, lang: Lang) -> None:
    await site.an_app()
    chat = await shown(site, f"/@kotori?lang={lang}")
    assert f'href="/transmission?lang={lang}"' in chat
    notice = await shown(site, f"/transmission?lang={lang}")
    for words in ("Hitsuji Works", "privacy@mimi.example", "Anthropic", "27"):
        assert words in notice
    assert ("外部送信について" if lang == "ja" else "What is sent, and to whom") in notice


async def test_it_says_who_runs_the_service_and_how_to_reach_them(site: SiteUnderTest) -> None:
    text = await shown(site, "/privacy/2?lang=ja")
    for words in ("Hitsuji Works", "1-2-3 Chiyoda, Tokyo", "privacy@mimi.example", "Example Cloud (Japan)", "最長30日"):
        assert words in text


def test_doctor_says_what_the_page_cannot_say_where_mimi_is_set_up_for_others() -> None:
    assert said(Settings.read({})) == []
    served = {"MONGODB_URI": "mongodb://db.example/mimi?replicaSet=mimi"}
    [missing] = said(Settings.read(served))
    assert (missing.well, missing.detail) == (False, "/privacy cannot say: MIMI_OPERATOR, MIMI_HOSTING not set")
    [found] = said(Settings.read(served | {name: FULL[name] for name in ("MIMI_OPERATOR", "MIMI_HOSTING")}))
    assert found.well
    with pytest.raises(SettingsProblem, match="MIMI_CONTACT"):
        Settings.read({"MIMI_CONTACT": "no address"})


# Versions


@pytest.fixture
def policies(db: Database) -> Policies:
    return policies_of(Repositories(db), FrozenClock())


def a_version(name: str = "3", since: date = date(2040, 5, 1)) -> PolicyVersion:
    text = "\n\n".join(["Words.", *map(mark, PARTS)])
    changes = {"ja": "新しくなりました。", "en": "It is new."}
    return PolicyVersion(name, since, {"ja": text, "en": text}, changes)


async def test_a_version_of_the_future_is_shown_as_coming_and_comes(site: SiteUnderTest) -> None:
    await site.areas.notices.policies.publish(a_version())
    current = await shown(site, "/privacy?lang=en")
    assert "Version 3 comes into force on 2040-05-01." in current
    assert "Version 2, in force since 2026-12-01" in current
    assert "It is new." in current
    assert "Version 3 comes into force on 2040-05-01." in await shown(site, "/privacy/3?lang=en")
    site.side.clock.advance(timedelta(days=29))
    assert "Version 3, in force since 2040-05-01" in await shown(site, "/privacy?lang=en")
    earlier = await shown(site, "/privacy/2?lang=en")
    assert "This is an earlier version." in earlier


async def test_the_day_begins_in_japan(site: SiteUnderTest) -> None:
    await site.areas.notices.policies.publish(a_version(since=date(2040, 4, 3)))
    site.side.clock.advance(timedelta(hours=6) - timedelta(seconds=1))  # from 18:00 in Japan
    assert "Version 2, in force" in await shown(site, "/privacy?lang=en")
    site.side.clock.advance(timedelta(seconds=1))
    assert "Version 3, in force" in await shown(site, "/privacy?lang=en")


@pytest.mark.parametrize("name", ["2", "3"])
async def test_the_same_version_twice_is_refused_and_stays_as_it_is(policies: Policies, name: str) -> None:
    await policies.publish(a_version("3"))
    with pytest.raises(BadInput, match="never changed"):
        await policies.publish(a_version(name, date(2040, 6, 1)))
    assert (await policies.versions()).get("3") == a_version("3")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"since": date(2040, 4, 1)}, "before today"),
        ({"since": date(2026, 12, 1)}, "already comes into force on that day"),
        ({"version": "Version 3"}, "made of"),
        ({"text": {"ja": "日本語だけ。"}}, "both languages|must have a line"),
        ({"changes": {"ja": "変わりました。", "en": ""}}, "both languages"),
        ({"text": {"ja": "Words.", "en": "Words."}}, "must have a line"),
    ],
)
async def test_what_is_no_version_is_refused_with_what_is_wrong(
    policies: Policies, changed: dict[str, object], why: str
) -> None:
    with pytest.raises(BadInput, match=why):
        await policies.publish(PolicyVersion(**(vars(a_version()) | changed)))
    assert len((await policies.versions()).all) == len(SHIPPED)


async def test_what_was_published_here_stays_when_a_newer_program_brings_its_own(db: Database) -> None:
    policies = policies_of(Repositories(db), FrozenClock())
    await policies.publish(a_version("3"))
    newer = {**SHIPPED, "3": a_version("3", date(2040, 12, 1))}
    versions = await Policies(policies._repository, newer, FrozenClock()).versions()
    assert (versions.get("3").since, versions.twice) == (date(2040, 5, 1), ["3"])


def test_shipped_versions_are_whole_and_the_first_is_as_it_was_published() -> None:
    for version in SHIPPED.values():
        for lang in LANGS:
            assert version.changes[lang].strip()
            lines = version.text[lang].splitlines()
            assert version.version == "1" or all(mark(part) in lines for part in PARTS)
    assert "180 days after the last message" in SHIPPED["1"].text["en"]
    assert "without recognising devices" not in SHIPPED["2"].text["en"]


# docs/privacy.md


def rows() -> list[list[str]]:
    """What the service promises, how it is kept, the sentence that says so, and the tests."""
    lines = [line for line in (ROOT / "docs/privacy.md").read_text().splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if "---" not in line][1:]


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_each_promise_has_a_test_that_exists(row: list[str]) -> None:
    named = re.findall(r"`(test_\w+)\.(test_\w+)`", row[3])
    assert named
    for file, test in named:
        source = ROOT / f"tests/{file}.py"
        assert source.exists(), f"{file} is not there"
        assert re.search(rf"def {test}\(", source.read_text()), f"{file} has no {test}"


async def test_each_promise_has_its_sentence_on_the_page(site: SiteUnderTest) -> None:
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", await shown(site, "/privacy/2?lang=en")))
    assert len(rows()) >= 17
    for promise, _feature, sentence, _tests in rows():
        assert sentence in text, f"{promise}: the page does not say “{sentence}”"


def sources(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))
