"""Alerts as an owner sees them: a card with what it is about and buttons that act on it, or a letter of several."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from handlers.alerts.kinds import KINDS, AlertButton
from handlers.alerts.settings import kind_of
from handlers.buttons import Button, Shortcut
from handlers.messages import Card, Choice, Reply, Text, Words
from handlers.outgoing import from_body
from handlers.written import LONGEST_IN_ROW, shortened
from knowledge.language import name_of
from knowledge.phrases import LANGS, Lang, Phrase, Tag, _
from knowledge.store.alerts.alerts import Alert, AlertId, AlertKind
from knowledge.store.apps.apps import App
from knowledge.store.conversations.conversations import ConversationId

# What an alert's card leads to, also where another area does it: no alert rests on that area.
ANSWER_ALERT = Button("alert.answer", _("Answer"), AlertId)
OPEN_ALERT = Button("alert.open", _("Open conversation"), AlertId)
DISMISS_ALERT = Button("alert.dismiss", _("Dismiss"), AlertId)
MUTE_ALERTS = Button("alert.mute", _("Mute this kind"), kind_of)
BEGIN_TALK = Button("takeover.begin", _("Talk"), ConversationId)
SHOW_HIDDEN_IN = Button("hidden.of", _("Show what is hidden"), str)
LIST_ALERTS = Shortcut("alert.list", _("Open questions"))
SHOW_WAITING = Shortcut("alert.waiting", _("Show waiting alerts"))

IN_LINE = _("To answer in LINE, send /alerts to mimi. To stop these e-mails, send /alerts settings.")


# What a visitor may have written in that an owner need not be able to read.
LANGUAGES: Mapping[Tag, Phrase] = {
    "zh-Hans": _("Simplified Chinese"),
    "zh-Hant": _("Traditional Chinese"),
    "ko": _("Korean"),
    "es": _("Spanish"),
    "pt": _("Portuguese"),
    "fr": _("French"),
    "de": _("German"),
    "id": _("Indonesian"),
    "vi": _("Vietnamese"),
    "th": _("Thai"),
}


@dataclass(frozen=True)
class News:
    """Something an owner should hear that is not a visitor's open question.

    `subject` is the id of what it is about: whoever quotes the message is about that. `title` stands in place of the
    kind's; `choices` are buttons of its own, before the kind's. It is told once for `once` (by default the subject),
    again only after `again_after` (by default never). Visitors' words in `body` and `rows` are redacted by
    whoever tells.
    """

    kind: AlertKind
    subject: str
    body: Words
    rows: tuple[tuple[Words, Words], ...] = ()
    choices: tuple[Choice, ...] = ()
    once: str = ""
    again_after: timedelta | None = None
    title: Words = ""


def alert_card(alert: Alert, app: App) -> Card:
    """What the owner sees of a visitor's question: their words, and what can be done."""
    rows: tuple[tuple[Words, Words], ...] = ((_("App"), app.name),)
    if alert.asked_lang not in LANGS:
        rows = (*rows, (_("Written in"), LANGUAGES.get(alert.asked_lang) or name_of(alert.asked_lang)))
    if alert.entry:
        rows = (*rows, (_("Entry"), shortened(alert.entry.title, LONGEST_IN_ROW)))
    kind = KINDS[alert.kind]
    return Card(kind.title, alert.question, rows, tuple(BUTTONS[button](alert) for button in kind.buttons))


def news_card(news: News, app: App | None) -> Card:
    """The same for other news; `app` is the one it is about, if it is about one."""
    rows = (((_("App"), app.name), *news.rows)) if app else news.rows
    mute = (MUTE_ALERTS(news.kind),) if AlertButton.MUTE in KINDS[news.kind].buttons else ()
    return Card(news.title or KINDS[news.kind].title, news.body, rows, (*news.choices, *mute))


def cards_of(alerts: Sequence[Alert], apps: Sequence[App]) -> tuple[Card, ...]:
    """Cards of those alerts whose app is among `apps`."""
    by_id = {app.id: app for app in apps}
    return tuple(alert_card(alert, by_id[alert.scope.app_id]) for alert in alerts if alert.scope.app_id in by_id)


BUTTONS: Mapping[AlertButton, Callable[[Alert], Choice]] = {
    AlertButton.ANSWER: lambda alert: ANSWER_ALERT(alert.id),
    AlertButton.TALK: lambda alert: BEGIN_TALK(alert.conversation_id, label=_("Talk to the visitor")),
    AlertButton.SHOW_HIDDEN: lambda alert: SHOW_HIDDEN_IN(alert.entry.id if alert.entry else ""),
    AlertButton.OPEN: lambda alert: OPEN_ALERT(alert.id),
    AlertButton.DISMISS: lambda alert: DISMISS_ALERT(alert.id),
    AlertButton.MUTE: lambda alert: MUTE_ALERTS(alert.kind),
}


def alert_letter(bodies: Sequence[Mapping[str, Any]], lang: Lang, page: str = "") -> dict[str, str]:
    """The body of a mail row that says what these rows would have said in LINE, to an owner who has that; or `page` is
    where they answer."""
    parts = [part for body in bodies for reply in from_body(body, lang) for part in _in_words(reply)]
    subject = _("mimi: {count} alerts", count=len(bodies)).say(lang)
    on_the_web = _("Read and answer in the dashboard: {page}\nTo stop these e-mails, open “Alerts” there.", page=page)
    end = on_the_web if page else IN_LINE
    return {"subject": subject, "text": "\n\n".join([*parts, "--", end.say(lang)])}


def _in_words(reply: Reply) -> list[str]:
    match reply:
        case Text():
            return [str(reply.text)]
        case Card():
            rows = [f"{label}: {value}" for label, value in reply.rows]
            return ["\n".join(str(line) for line in (reply.title, reply.body, *rows) if line)]
        case _:
            return []
