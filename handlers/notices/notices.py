"""Notices to all owners, as whoever runs mimi drafts them, looks at them, asks for them and sees what they became."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from handlers.notices.notice_words import MOST_SUBJECT, MOST_TEXT, policy_words
from handlers.notices.policies import Policies
from handlers.ports import Clock
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import LANGS, _
from knowledge.store.notices.deliveries import DeliveryCounts, DeliveryRepository, notice_key
from knowledge.store.notices.notices import NoticeRepository, NoticeState, NoticeToAll

NAME = re.compile(r"[0-9a-z][0-9a-z-]{0,39}")
Said = Mapping[str, str]


@dataclass(frozen=True)
class NoticeStatus:
    """How far one is: owners that are `left` to be told, and what became of those who were."""

    notice: NoticeToAll
    left: int
    counts: DeliveryCounts


class Notices:
    """From a draft to one that is being given: a worker does that (giving.py), so that no terminal has to stay open."""

    def __init__(
        self, notices: NoticeRepository, deliveries: DeliveryRepository, policies: Policies, clock: Clock, url: str
    ) -> None:
        self._notices = notices
        self._deliveries = deliveries
        self._policies = policies
        self._clock = clock
        self._url = url.rstrip("/")

    async def draft(self, name: str, subject: Said, text: Said) -> NoticeToAll:
        """Keep a draft, in both languages. Raises BadInput."""
        if not NAME.fullmatch(name):
            raise BadInput(_("A notice's name is made of digits, small letters and hyphens: maintenance-2027-01"))
        subject, text = _checked(subject, MOST_SUBJECT), _checked(text, MOST_TEXT)
        return await self._add(NoticeToAll(name, subject, text, self._clock.now()))

    async def draft_for_policy(self, version: str) -> NoticeToAll:
        """The notice of a significant change: which version, from when, what is new. Raises BadInput, NotFound."""
        policy = (await self._policies.versions()).get(version)
        words = {str(lang): policy_words(policy, self._url, lang) for lang in LANGS}
        subject = {lang: said[0] for lang, said in words.items()}
        text = _checked({lang: said[1] for lang, said in words.items()}, MOST_TEXT)
        return await self._add(NoticeToAll(f"policy-{version}", subject, text, self._clock.now(), policy=version))

    async def get(self, name: str) -> NoticeToAll:
        """Raises NotFound."""
        notice = await self._notices.get(name)
        if notice is None:
            raise NotFound(_("There is no notice {name}.", name=name))
        return notice

    async def drop(self, name: str) -> None:
        """Remove a draft. Raises NotFound, or BadInput for one that was asked for."""
        if not await self._notices.drop(name):
            raise _not_a_draft(await self.get(name))

    async def send(self, name: str) -> None:
        """From now on it is given to everybody who has an account at this moment. Raises NotFound, or BadInput."""
        if not await self._notices.ask(name, self._clock.now()):
            raise _not_a_draft(await self.get(name))

    async def count_owners(self) -> int:
        """How many it would go to now."""
        return await self._notices.count_owners()

    async def status(self, name: str) -> NoticeStatus:
        """Raises NotFound."""
        return await self._status(await self.get(name))

    async def all(self) -> list[NoticeStatus]:
        """Every notice there is."""
        return [await self._status(notice) for notice in await self._notices.list_all()]

    async def _status(self, notice: NoticeToAll) -> NoticeStatus:
        left = await self._notices.count_left(notice) if notice.state is NoticeState.GIVING else 0
        return NoticeStatus(notice, left, await self._deliveries.counts_of(notice_key(notice.id)))

    async def _add(self, notice: NoticeToAll) -> NoticeToAll:
        if not await self._notices.add(notice):
            raise BadInput(_("There is already a notice {name}: drop it, or choose another name.", name=notice.id))
        return notice


def _checked(said: Said, most: int) -> Said:
    plain = {str(lang): said.get(lang, "").strip() for lang in LANGS}
    if missing := [lang for lang in LANGS if not plain[lang]]:
        raise BadInput(_("Both languages are needed; {lang} is missing.", lang=missing[0]))
    if long := [lang for lang in LANGS if len(plain[lang].encode("utf-16-le")) // 2 > most]:
        raise BadInput(
            _(
                "The text in {lang} is too long: a card in LINE shows {most} characters. Put the rest on a page and "
                "give its address.",
                lang=long[0],
                most=most,
            )
        )
    return plain


def _not_a_draft(notice: NoticeToAll) -> BadInput:
    return BadInput(
        _(
            "{name} has already been sent, and nobody is told twice. To see its progress: notice status {name}",
            name=notice.id,
        )
    )
