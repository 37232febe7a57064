"""The rich menu under the chat: six tabs of six buttons, and a compact one; its words, places and actions.

Sizes and limits: LINE, Messaging API reference, "Rich menu object".
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.alerts.cards import LIST_ALERTS
from handlers.apps.apps import CURRENT
from handlers.apps.lists import BY_NAME
from handlers.apps.settings import BY_KEY
from handlers.buttons import TURN_MENU, TYPE_IN
from handlers.chat.accounts.account import ACCOUNT, LANGUAGE, WEB
from handlers.chat.accounts.alert_settings import ALERT_SETTINGS
from handlers.chat.accounts.downloads import EXPORT
from handlers.chat.apps.apps import LIST_APPS
from handlers.chat.apps.insight import INSIGHT
from handlers.chat.apps.settings import OVERVIEW, PAUSE, SET, SHOW_LIST, SHOW_PICTURES
from handlers.chat.conversations.conversations import LIST_CONVERSATIONS
from handlers.chat.dialogues import CANCEL
from handlers.chat.entries.documents import ADD_DOCUMENT, LIST_DOCUMENTS
from handlers.chat.entries.faqs import ADD_FAQ, LIST_FAQS
from handlers.chat.entries.hidden import LIST_PUBLIC
from handlers.chat.help import HELP
from handlers.entries.guard import LIST_HIDDEN
from handlers.messages import NO_ACTION, Action
from knowledge.phrases import Lang, Phrase, _

WIDTH = 2500
LARGE, COMPACT = 1686, 843
TAB_HEIGHT = 336
FOLD_WIDTH = 244
COLUMNS = 3
# Part of every menu's name: a menu drawn another way is another menu. Raise it with a change of menu_picture.py.
DRAWING = 1

Menu = dict[str, Any]
Box = tuple[int, int, int, int]  # x, y, width, height


@dataclass(frozen=True)
class MenuField:
    """One field: a sign, a word, a line on what it does, and what tapping it sends or puts where one types."""

    sign: str
    label: Phrase
    hint: Phrase
    action: Action = NO_ACTION
    type_in: Phrase | None = None


@dataclass(frozen=True)
class Tab:
    """One menu of the six. `key` is part of its alias: it never changes."""

    key: str
    label: Phrase
    buttons: tuple[MenuField, ...]


ALERTS_TAB = Tab(
    "alerts",
    _("Inbox"),
    (
        MenuField("！", _("Open questions"), _("Visitors waiting"), LIST_ALERTS.action()),
        MenuField("◎", _("Conversations"), _("Read what was said"), LIST_CONVERSATIONS.action()),
        MenuField("☎", _("Public contacts"), _("What visitors may see"), LIST_PUBLIC.action()),
        MenuField("＋", _("Add FAQ"), _("Teach me an answer"), ADD_FAQ.action()),
        MenuField("⇄", _("Change app"), _("Which app to manage"), LIST_APPS.action()),
        MenuField("‖", _("Take a break"), _("Stop answering for now"), PAUSE.action()),
    ),
)
KNOWLEDGE_TAB = Tab(
    "knowledge",
    _("Knowledge"),
    (
        MenuField("＋", _("Add FAQ"), _("Teach me an answer"), ADD_FAQ.action()),
        MenuField("≡", _("List FAQ"), _("What I can answer"), LIST_FAQS.action()),
        MenuField("→", _("Find FAQ"), _("Search by words"), type_in=_("/faq find")),
        MenuField("□", _("Add document"), _("Longer texts, files, pages"), ADD_DOCUMENT.action()),
        MenuField("◇", _("Documents"), _("What I have read"), LIST_DOCUMENTS.action()),
        MenuField("※", _("Hidden"), _("What visitors cannot see"), LIST_HIDDEN.action()),
    ),
)
PAGE_TAB = Tab(
    "page",
    _("My page"),
    (
        MenuField("→", _("Open my page"), _("And its address"), LIST_APPS.action()),
        MenuField("★", _("Name"), _("What the app is called"), SET.action(BY_KEY["name"], CURRENT)),
        MenuField("§", _("About"), _("The text on the page"), SET.action(BY_KEY["bio"], CURRENT)),
        MenuField("☀", _("Colour"), _("How the page looks"), SET.action(BY_KEY["color"], CURRENT)),
        MenuField("♥", _("Pictures"), _("Icon and header"), SHOW_PICTURES.action(CURRENT)),
        MenuField("⌘", _("Links"), _("Website, shops, social"), SHOW_LIST.action(BY_NAME["links"], CURRENT)),
    ),
)
INSIGHT_TAB = Tab(
    "insight",
    _("Insight"),
    (
        MenuField("①", _("Today’s figures"), _("Views and questions"), INSIGHT.action("1")),
        MenuField("⑦", _("7-day figures"), _("Views and questions"), INSIGHT.action("7")),
        MenuField("㉚", _("30-day figures"), _("Views and questions"), INSIGHT.action("30")),
        MenuField("◎", _("Conversations"), _("Read what was said"), LIST_CONVERSATIONS.action()),
        MenuField("→", _("Search"), _("In conversations"), type_in=_("/conversations find")),
        MenuField("↓", _("Export"), _("Everything in one file"), EXPORT.action()),
    ),
)
SETTINGS_TAB = Tab(
    "settings",
    _("Settings"),
    (
        MenuField("≡", _("All settings"), _("At a glance"), OVERVIEW.action()),
        MenuField("♪", _("Tone"), _("How I speak"), SET.action(BY_KEY["tone"], CURRENT)),
        MenuField("？", _("Suggestions"), _("Questions to tap"), SHOW_LIST.action(BY_NAME["suggestions"], CURRENT)),
        MenuField("⊖", _("Topics"), _("What I do not discuss"), SHOW_LIST.action(BY_NAME["banned_topics"], CURRENT)),
        MenuField("№", _("Limits"), _("Questions per visitor"), SET.action(BY_KEY["limits"], CURRENT)),
        MenuField("！", _("Alerts"), _("What I tell you, and when"), ALERT_SETTINGS.action()),
    ),
)
HELP_TAB = Tab(
    "help",
    _("Help"),
    (
        MenuField("？", _("Help"), _("What you can write"), HELP.action()),
        MenuField("→", _("Dashboard"), _("Manage in a browser"), WEB.action()),
        MenuField("文", _("Language"), _("日本語 / English"), LANGUAGE.action()),
        MenuField("⇄", _("Your apps"), _("Switch or create"), LIST_APPS.action()),
        MenuField("●", _("Account"), _("Sign-in, data, deletion"), ACCOUNT.action()),
        MenuField("×", _("Cancel"), _("Stop the current question"), CANCEL.action("")),
    ),
)
TABS = (ALERTS_TAB, KNOWLEDGE_TAB, PAGE_TAB, INSIGHT_TAB, SETTINGS_TAB, HELP_TAB)
COMPACT_TAB = Tab(
    "compact",
    _("Menu"),
    (
        ALERTS_TAB.buttons[0],
        KNOWLEDGE_TAB.buttons[0],
        PAGE_TAB.buttons[0],
        INSIGHT_TAB.buttons[1],
        SETTINGS_TAB.buttons[0],
    ),
)
MORE = MenuField("△", _("More"), _("The whole menu"))


def keys() -> tuple[str, ...]:
    """Every menu of one language."""
    return (*(tab.key for tab in TABS), COMPACT_TAB.key)


def alias(key: str, lang: Lang) -> str:
    """What a tab is called in LINE, whichever menu is behind it now."""
    return f"mimi-{lang}-{key}"


def tab_boxes() -> list[Box]:
    """The places of the six tabs, and last that of the field that folds the menu."""
    width = (WIDTH - FOLD_WIDTH) // len(TABS)
    boxes = [(place * width, 0, width, TAB_HEIGHT) for place in range(len(TABS))]
    return [*boxes, (len(TABS) * width, 0, WIDTH - len(TABS) * width, TAB_HEIGHT)]


def button_boxes(key: str) -> list[Box]:
    """The places of a menu's buttons, row by row."""
    top, height = (0, COMPACT) if key == COMPACT_TAB.key else (TAB_HEIGHT, LARGE)
    row = (height - top) // 2
    width = WIDTH // COLUMNS
    return [(n % COLUMNS * width, top + n // COLUMNS * row, width, row) for n in range(2 * COLUMNS)]


def tab_of(key: str) -> Tab:
    """The tab with this key; the compact menu is one too."""
    return next(tab for tab in (*TABS, COMPACT_TAB) if tab.key == key)


def menu(key: str, lang: Lang) -> Menu:
    """The rich menu as LINE takes it. Its name says what it shows, so that the same is never made twice."""
    tab, compact = tab_of(key), key == COMPACT_TAB.key
    fields = zip(button_boxes(key), tab.buttons, strict=False)
    areas = [_area(box, _action(button, lang)) for box, button in fields]
    if compact:
        areas.append(_area(button_boxes(key)[-1], _switch(ALERTS_TAB.key, lang)))
    else:
        targets = [*(other.key for other in TABS), COMPACT_TAB.key]
        areas += [_area(box, _switch(to, lang)) for box, to in zip(tab_boxes(), targets, strict=True)]
    shown = {
        "size": {"width": WIDTH, "height": COMPACT if compact else LARGE},
        "selected": True,
        "chatBarText": _("Menu").say(lang),
        "areas": areas,
    }
    return shown | {"name": f"{alias(key, lang)} {_digest(shown, tab, lang)}"}


def _digest(shown: Menu, tab: Tab, lang: Lang) -> str:
    words = [[button.sign, button.label.say(lang), button.hint.say(lang)] for button in (*tab.buttons, MORE)]
    names = [each.label.say(lang) for each in TABS]
    drawn = json.dumps([DRAWING, shown, words, names], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(drawn.encode()).hexdigest()[:16]


def _area(box: Box, action: Mapping[str, str]) -> Menu:
    x, y, width, height = box
    return {"bounds": {"x": x, "y": y, "width": width, "height": height}, "action": dict(action)}


def _action(button: MenuField, lang: Lang) -> dict[str, str]:
    label = button.label.say(lang)
    if button.type_in:
        typed = f"{button.type_in.say(lang)} "
        return {
            "type": "postback",
            "data": TYPE_IN.action(),
            "inputOption": "openKeyboard",
            "fillInText": typed,
            "label": label,
        }
    return {"type": "postback", "data": button.action, "displayText": label, "label": label}


def _switch(key: str, lang: Lang) -> dict[str, str]:
    return {"type": "richmenuswitch", "richMenuAliasId": alias(key, lang), "data": TURN_MENU.action(key)}
