"""Help: what owners wish for in groups, as one would say it, each leading on to what can be typed."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.alerts.cards import LIST_ALERTS
from handlers.buttons import Button, Shortcut
from handlers.chat.accounts.account import WEB
from handlers.chat.commands import Command, CommandRegistry
from handlers.chat.entries.faqs import ADD_FAQ, LIST_FAQS
from handlers.messages import Card, Cards, Choice, Reply, Text
from knowledge.phrases import LANGS, Phrase, _
from knowledge.store.accounts.owners import Owner

HELP = Shortcut("help", _("Help"))
WISH = Button("wish", _("Yes, please"), str)  # names the command that does it


@dataclass(frozen=True)
class Wish:
    """Something an owner may want, as plain words that are understood, and the command that does it."""

    said: Phrase
    command: str


@dataclass(frozen=True)
class Topic:
    """What belongs together for an owner: wishes as examples, and by which words its commands begin."""

    key: str
    name: Phrase
    wishes: tuple[Wish, ...]
    words: tuple[str, ...]


# What is said is tried against handlers/chat/plain_language/wishes.txt: written or tapped it does the same.
TOPICS = (
    Topic(
        "faq",
        _("Questions and answers"),
        (
            Wish(_("Add an answer"), "/faq add"),
            Wish(_("Show my FAQ"), "/faq list"),
            Wish(_("Correct an answer"), "/faq edit"),
        ),
        ("/faq", "/hidden", "/public"),
    ),
    Topic(
        "doc",
        _("Files, pages, documents"),
        (
            Wish(_("Read my website"), "/import"),
            Wish(_("Add a document"), "/doc add"),
            Wish(_("Show my documents"), "/doc list"),
        ),
        ("/doc", "/import", "/api", "/proposals"),
    ),
    Topic(
        "visitors",
        _("Visitors"),
        (
            Wish(_("Any open questions?"), "/alerts"),
            Wish(_("Show conversations"), "/conversations"),
            Wish(_("Mute alerts at night"), "/alerts settings"),
        ),
        ("/alerts", "/gaps", "/talks", "/end", "/conversations"),
    ),
    Topic(
        "page",
        _("The page"),
        (
            Wish(_("Where is my page?"), "/qr"),
            Wish(_("Add a link"), "/app links"),
            Wish(_("Change the greeting"), "/app greeting"),
        ),
        ("/settings", "/app", "/news", "/qr", "/pause", "/resume"),
    ),
    Topic(
        "looks",
        _("Look and tone"),
        (
            Wish(_("Change the colour"), "/app color"),
            Wish(_("Change the icon"), "/app icon"),
            Wish(_("Change the tone"), "/app tone"),
        ),
        (
            "/app color",
            "/app look",
            "/app icon",
            "/app header",
            "/app tone",
            "/app topics",
            "/app limits",
            "/app keep",
            "/app mask",
        ),
    ),
    Topic(
        "better",
        _("How it is going"),
        (
            Wish(_("How many visitors?"), "/insight"),
            Wish(_("Unanswered questions"), "/gaps"),
            Wish(_("Let me try asking"), "/try"),
        ),
        ("/insight", "/check", "/checks", "/try", "/tried"),
    ),
    Topic(
        "more",
        _("Account and more"),
        (
            Wish(_("Create a second app"), "/app new"),
            Wish(_("Open the dashboard"), "/web"),
            Wish(_("Download my data"), "/export"),
        ),
        ("/app list", "/app switch", "/app new", "/app delete", "/web", "/lang", "/account", "/export", "/email"),
    ),
)
HOW = _("Tell me what you would like in your own words, or tap. For example:")
REST = TOPICS[-1]  # takes what no topic names


@dataclass(frozen=True)
class Group:
    """A topic and its commands."""

    topic: Topic
    commands: tuple[Command, ...]


def next_steps() -> tuple[Choice, ...]:
    """What an owner most often wants next, as quick replies."""
    return (ADD_FAQ(), LIST_FAQS(), LIST_ALERTS(), WEB(), HELP())


def help_text(registry: CommandRegistry, owner: Owner, about: str = "") -> Sequence[Reply]:
    """A card for each group with what one may say; with the name of a group, its commands with what they do."""
    groups = grouped(registry)
    wanted = next((group for group in groups if about.strip().casefold() in _names(group)), None)
    if wanted:
        said = "\n".join(_("“{wish}”", wish=wish.said).say(owner.lang) for wish in wanted.topic.wishes)
        commands = "\n".join(command.help(owner.lang) for command in wanted.commands)
        told = _("{group}\n{wishes}\n\n{commands}", group=wanted.topic.name, wishes=said, commands=commands)
        return [Text(told, tuple(HELP(group.topic.key, label=group.topic.name) for group in groups))]
    # One message: what waits to be told comes along with it, and a reply has room for five.
    return [Cards(HOW, tuple(_card(group.topic) for group in groups), next_steps()[:-1])]


def grouped(registry: CommandRegistry) -> list[Group]:
    """The topics that have commands here, each with its own; what none of them names stands with the last."""
    by_topic: dict[str, list[Command]] = {topic.key: [] for topic in TOPICS}
    for command in registry.commands:
        by_topic[_topic_of(command).key].append(command)
    return [Group(topic, tuple(by_topic[topic.key])) for topic in TOPICS if by_topic[topic.key]]


def _topic_of(command: Command) -> Topic:
    """The one that says the most of the command's name: /app color is no matter of /app."""
    name = command.names[0].split()
    said = {word: topic for topic in TOPICS for word in topic.words}
    spellings = (" ".join(name[:length]) for length in range(len(name), 0, -1))
    return next((said[each] for each in spellings if each in said), REST)


def _card(topic: Topic) -> Card:
    wishes = (WISH(wish.command, label=wish.said) for wish in topic.wishes)
    return Card(topic.name, HOW, choices=(*wishes, HELP(topic.key, label=_("All commands"))))


def _names(group: Group) -> set[str]:
    first_words = {command.names[0].removeprefix("/").split()[0] for command in group.commands}
    own = {word.removeprefix("/") for word in group.topic.words} & first_words
    return {group.topic.key, *own, *(group.topic.name.say(lang).casefold() for lang in LANGS)}


def is_for_mimi(line: str) -> bool:
    """Whether a line is meant as a command, known or not."""
    return line.startswith(("/", "／"))


def hint(line: str) -> Sequence[Reply]:
    """A kind answer to what is neither a command nor an answer."""
    if is_for_mimi(line):
        return [Text(_("I do not know this command. /help shows what I understand."), next_steps())]
    return [Text(_("I did not quite get that. What would you like to do?"), next_steps())]
