"""What the privacy page says of itself: what is kept and until when, who receives what, who runs it.

Nothing of it is written by hand for one installation: what is kept comes from the registry of collections
(knowledge/store/registry.py), who receives it and the periods from the settings.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from babel.dates import format_timedelta

from knowledge.phrases import Phrase, Tag, _
from knowledge.store.kept import AsLongAs, Ends, GoneAfter, GoneByApp, Kept, Subject
from knowledge.store.registry import STORED

UNITS: Sequence[tuple[Literal["day", "hour", "minute"], timedelta]] = (
    ("day", timedelta(days=1)),
    ("hour", timedelta(hours=1)),
    ("minute", timedelta(minutes=1)),
)


@dataclass(frozen=True)
class Running:
    """What this installation says of who runs it. `days` are settings that govern how long something is kept."""

    operator: str
    address: str
    contact: str
    hosting: str
    mail_host: str
    model_host: str
    line_hosts: Sequence[str]
    days: Mapping[str, int]


@dataclass(frozen=True)
class Purpose:
    """What a kind of data is kept for, and what the law calls that (GDPR art. 6)."""

    title: Phrase
    why: Phrase
    basis: Phrase


_CONTRACT = _("Performing the contract with you")
_INTEREST = _("Legitimate interest: {what}", what=_("answering what visitors ask, on behalf of the app's owner"))
_SAFE = _("Legitimate interest: {what}", what=_("keeping the service safe and its costs under control"))
PURPOSES: Mapping[Subject, Purpose] = {
    Subject.ACCOUNT: Purpose(_("Owners' accounts"), _("To sign you in and to reach you"), _CONTRACT),
    Subject.APP: Purpose(_("Apps"), _("To show the app's page and to keep track of what it costs"), _CONTRACT),
    Subject.KNOWLEDGE: Purpose(_("Knowledge of apps"), _("To answer visitors from it"), _CONTRACT),
    Subject.CONVERSATIONS: Purpose(
        _("Conversations of visitors"),
        _("To answer, to let the owner see and answer what was asked, and to make answers better"),
        _INTEREST,
    ),
    Subject.VISITS: Purpose(
        _("Page visits"),
        _("To count visits and find faults, without knowing who it was"),
        _("Legitimate interest: {what}", what=_("knowing how much a page is used and whether it works")),
    ),
    Subject.DELIVERY: Purpose(
        _("Messages between mimi and owners"), _("To deliver each one once, and to know whether it arrived"), _CONTRACT
    ),
    Subject.PROTECTION: Purpose(
        _("Protection from misuse"), _("To count and limit use, without recording who it was"), _SAFE
    ),
    Subject.RUNNING: Purpose(
        _("The service itself"),
        _("To run it: versions, locks, notices to everyone, versions of this policy"),
        _("No personal data"),
    ),
}
_AS_LONG_AS: Mapping[AsLongAs, Phrase] = {
    AsLongAs.ACCOUNT: _("As long as the account exists"),
    AsLongAs.APP: _("Until the app or the account is deleted"),
    AsLongAs.WANTED: _("Until you remove it, or the app or the account is deleted"),
    AsLongAs.SERVICE: _("As long as the service exists"),
}


@dataclass(frozen=True)
class KeptRow:
    """Things that are kept equally long, in words."""

    what: tuple[Phrase, ...]
    ends: Phrase
    remark: Phrase | None = None


@dataclass(frozen=True)
class Receiver:
    """Who receives something, where they are, by which hosts, what, what for, and how long they keep it."""

    name: Phrase
    country: Phrase
    hosts: Sequence[str]
    what: Phrase
    why: Phrase
    keeps: Phrase


@dataclass(frozen=True)
class Disclosure:
    """All of it, for one installation."""

    running: Running
    kept: Sequence[Kept] = field(default_factory=lambda: [stored.kept for stored in STORED if stored.kept])

    def rows(self, subject: Subject) -> list[KeptRow]:
        """What is kept of a subject; what ends alike is one row, and what says the same is said once."""
        found: list[tuple[Ends, Phrase | None, list[Phrase]]] = []
        for each in self.kept:
            if each.subject is subject:
                alike = next((what for ends, remark, what in found if (ends, remark) == (each.ends, each.remark)), None)
                if alike is None:
                    found.append((each.ends, each.remark, [each.what]))
                elif each.what not in alike:
                    alike.append(each.what)
        return [KeptRow(tuple(what), self.ends(ends), remark) for ends, remark, what in found]

    def ends(self, ends: Ends) -> Phrase:
        """Until when, in words."""
        if isinstance(ends, AsLongAs):
            return _AS_LONG_AS[ends]
        if isinstance(ends, GoneByApp):
            return _(
                "The number of days after the last message that the app's owner has set: {usual} unless they "
                "changed it, {most} at most",
                usual=ends.usual,
                most=ends.most,
            )
        if isinstance(ends, GoneAfter):
            return _("{time} {after}", time=time_words(ends.time), after=ends.after)
        return _("{time} {after}", time=time_words(timedelta(days=self.running.days[ends.setting])), after=ends.after)

    def backups(self) -> Phrase:
        """How long what was erased may live on in copies."""
        days = self.running.days["MIMI_BACKUP_DAYS"]
        if not days:
            return _("No backups are made.")
        return _(
            "Backup copies of the database are thrown away after {time}.",
            time=time_words(timedelta(days=days)),
        )

    def recipients(self) -> list[Receiver]:
        """Everybody outside this service who receives something; the owner of the app is named on the page itself."""
        running = self.running
        return [
            Receiver(
                _("Anthropic, PBC (Claude)"),
                _("United States"),
                (running.model_host,),
                _(
                    "A visitor's question, what was said before it in the conversation, and the app's knowledge "
                    "with personal information removed; what an owner writes to mimi in plain words in LINE"
                ),
                _("To make answers, and drafts for owners"),
                _(
                    "30 days at most, then it is deleted. What automatic checks flag as misuse is kept for up to 2 "
                    "years (the scores for up to 7), and longer where the law requires it. It is not used to train "
                    "models."
                ),
            ),
            Receiver(
                _("LY Corporation (LINE)"),
                _("Japan"),
                running.line_hosts,
                _(
                    "What owners write to mimi in LINE and what mimi answers; alerts for them, including visitors' "
                    "questions with personal information removed; the LINE user ID"
                ),
                _("To let owners use mimi in LINE and to tell them what happens"),
                _("See LINE's own privacy policy"),
            ),
            Receiver(
                _("The mail server"),
                _("See “Who runs the service”"),
                (running.mail_host,) if running.mail_host else (),
                _("The e-mail address and the message: to owners, and to a visitor who asked for a reply by e-mail"),
                _("To deliver e-mails"),
                _("Until the e-mail has been passed on"),
            ),
            Receiver(
                _("Websites that an owner names"),
                _("Wherever the site is"),
                (),
                _("mimi's IP address and its name (a request for the page); nothing about any person"),
                _("To read pages that an owner wants to import"),
                _("See that site"),
            ),
        ]


@dataclass(frozen=True)
class _Time(Phrase):
    """A length of time, in whole days, hours or minutes: never "3 months" for 90 days."""

    time: timedelta = timedelta()

    def say(self, lang: Tag) -> str:
        unit = next(name for name, size in UNITS if not self.time % size)
        words = format_timedelta(self.time, granularity=unit, threshold=math.inf, locale=lang)
        return words.replace(" ", "") if lang == "ja" else words


def time_words(time: timedelta) -> Phrase:
    """`90 days`, `10 minutes`, in the language it is said in."""
    return _Time("", {}, time)


def sent_by_browsers() -> Sequence[tuple[Phrase, Phrase]]:
    """What a visitor's browser sends, which is all to this service itself, and what for."""
    return (
        (_("What you write in the chat, and your ratings of answers"), _("To answer, and to make answers better")),
        (
            _("The key of your conversation, which exists only in this tab"),
            _("To show you your conversation again, and to nobody else"),
        ),
        (
            _("Your e-mail address, only if you ask for the owner's reply by e-mail"),
            _("To e-mail you that one reply; then it is erased"),
        ),
        (
            _("What browsers send with every request: IP address, name and version of the browser, language"),
            _(
                "To deliver the page in your language, to count visits and to limit misuse; it is shortened before it "
                "is kept"
            ),
        ),
    )
