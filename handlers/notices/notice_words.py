"""How a notice reads: the letter with both languages, the card in LINE with the owner's."""

from babel.dates import format_date

from handlers.messages import Choice
from handlers.notices.deliveries import OwnerNotice
from knowledge.phrases import LANGS, Lang, Phrase, _
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.notices.deliveries import notice_key
from knowledge.store.notices.notices import NoticeToAll
from knowledge.store.notices.policies import PolicyVersion

# What LINE's card shows of a title and a text (bot/line/render.py): whoever has no address reads all of it there.
MOST_SUBJECT, MOST_TEXT = 100, 1000


def notice_to(notice: NoticeToAll, lang: Lang, url: str) -> OwnerNotice:
    """What an owner gets who speaks `lang`: it comes first in the letter, and the other below."""
    [other] = [each for each in LANGS if each != lang]
    text = _(
        "{text}\n\n----------\n{other_subject}\n\n{other_text}\n\n----------\nThis goes to everyone who has a mimi "
        "account. Contact: {contact}",
        text=notice.text[lang],
        other_subject=notice.subject[other],
        other_text=notice.text[other],
        contact=f"{url}/contact",
    )
    choices = (Choice(_("Read it"), url=f"{url}/privacy/{notice.policy}"),) if notice.policy else ()
    return OwnerNotice(
        key=notice_key(notice.id),
        subject=_("{subject}", subject=notice.subject[lang]),
        text=text,
        body=notice.text[lang],
        kind=AlertKind.NOTICE,
        choices=choices,
        title=notice.subject[lang],
    )


def policy_words(policy: PolicyVersion, url: str, lang: Lang) -> tuple[str, str]:
    """Subject and text that announce a version of the policy."""
    words = {
        "day": format_date(policy.since, "long", locale=lang),
        "changes": policy.changes[lang].strip(),
        "page": f"{url}/privacy/{policy.version}",
    }
    subject: Phrase = _("mimi: our privacy policy changes on {day}", **words)
    text: Phrase = _(
        "mimi's privacy policy changes on {day}.\n\nWhat is new:\n{changes}\n\nThe full text, and earlier "
        "versions: {page}\n\nYou do not need to do anything. If you do not agree, you can export your data and "
        "delete your account at any time, in LINE or on the web.",
        **words,
    )
    return subject.say(lang), text.say(lang)
