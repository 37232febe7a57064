"""Settings of alerts in chat: cards of the kinds, and short dialogues for quiet hours, time zone and mail."""

from collections.abc import Sequence
from functools import partial

from handlers.accounts.emails import Emails
from handlers.alerts.kinds import HOW_SOON, KINDS, is_wanted, urgency_of
from handlers.alerts.settings import AlertPreferences, hours_in, kind_of, urgency_named, zone_of
from handlers.chat.commands import Command, Feature
from handlers.chat.dialogues import Answers, DialogueQuestion, Dialogues, Script
from handlers.messages import Card, Cards, Choice, Reply, Text, Words
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner
from knowledge.store.alerts.alert_settings import AlertSettings
from knowledge.store.alerts.alerts import AlertKind

NONE = "none"
HOURS = ("22:00-7:00", "23:00-8:00", "0:00-9:00")
ZONES = ("Asia/Tokyo", "Asia/Taipei", "Europe/London", "America/New_York", "America/Los_Angeles", "UTC")


class AlertSettingCommands:
    """What an owner types and taps about which alerts they get."""

    def __init__(self, preferences: AlertPreferences, emails: Emails, dialogues: Dialogues) -> None:
        self._preferences = preferences
        self._emails = emails
        self._dialogues = dialogues
        self._quiet = Script(
            "alert.quiet",
            (
                DialogueQuestion(
                    "hours", _("When shall I not disturb you? For example: 22:00-7:00"), _check_hours, _offer_hours
                ),
            ),
            self._set_quiet,
        )
        self._zone = Script(
            "alert.zone",
            (
                DialogueQuestion(
                    "zone", _("Which time zone are you in? For example: Asia/Tokyo"), _check_zone, _offer_zones
                ),
            ),
            self._set_zone,
        )
        # Told in the chat already: no letter has to say it.
        confirmed = partial(emails.confirm, tell=False)
        self._mail = Script(
            "alert.mail",
            (
                DialogueQuestion("address", _("Which e-mail address? I will send a code to it."), self._emails.ask),
                DialogueQuestion("code", _("Please write the six digits from the mail."), confirmed),
            ),
            self._set_mail,
        )

    def feature(self) -> Feature:
        summary = _("Choose what you are told, and when")
        return Feature(
            commands=(Command(("/alerts settings", "/通知 設定", "/通知設定"), summary, self._show, shows=True),),
            actions={
                "alert.settings": self._show,
                "alert.mute": self._mute,
                "alert.unmute": self._unmute,
                "alert.how_soon": self._ask_how_soon,
                "alert.urgency": self._set_urgency,
                "alert.quiet": self._dialogues.beginning(self._quiet),
                "alert.zone": self._dialogues.beginning(self._zone),
                "alert.mail": self._ask_mail,
                "alert.no_mail": self._no_mail,
            },
            scripts=(self._quiet, self._zone, self._mail),
        )

    async def _show(self, owner: Owner, rest: str) -> Sequence[Reply]:
        settings = await self._preferences.of(owner.scope)
        cards = tuple(_kind_card(kind, settings) for kind in KINDS if KINDS[kind].can_mute)
        return [Cards(_("Settings of your alerts"), cards), _general_card(settings)]

    async def _mute(self, owner: Owner, about: str) -> Sequence[Reply]:
        kind = kind_of(about)
        await self._preferences.want(owner.scope, kind, False)
        # It is said at once what has gone quiet, since nothing else will.
        undo = Choice(_("Undo"), action=f"alert.unmute:{kind}")
        return [Text(_("You will not be told of this any more: {kind}", kind=KINDS[kind].name), (undo, _BACK))]

    async def _unmute(self, owner: Owner, about: str) -> Sequence[Reply]:
        kind = kind_of(about)
        await self._preferences.want(owner.scope, kind, True)
        return [Text(_("You will be told of this: {kind}", kind=KINDS[kind].name), (_BACK,))]

    async def _ask_how_soon(self, owner: Owner, about: str) -> Sequence[Reply]:
        kind = kind_of(about)
        choices = (Choice(words, action=f"alert.urgency:{kind}:{urgency}") for urgency, words in HOW_SOON.items())
        return [Text(_("How soon shall I tell you of this? {kind}", kind=KINDS[kind].name), tuple(choices))]

    async def _set_urgency(self, owner: Owner, about: str) -> Sequence[Reply]:
        name, _colon, chosen = about.partition(":")
        kind, urgency = kind_of(name), urgency_named(chosen)
        await self._preferences.set_urgency(owner.scope, kind, urgency)
        return [Text(_("{kind}: {how_soon}", kind=KINDS[kind].name, how_soon=HOW_SOON[urgency]), (_BACK,))]

    async def _set_quiet(self, owner: Owner, answers: Answers) -> Sequence[Reply]:
        hours = None if answers["hours"] == NONE else hours_in(answers["hours"])
        await self._preferences.set_quiet(owner.scope, hours)
        if hours is None:
            return [Text(_("There are no quiet hours any more."), (_BACK,))]
        return [Text(_("I will not disturb you at this time: {hours}", hours=answers["hours"]), (_BACK,))]

    async def _set_zone(self, owner: Owner, answers: Answers) -> Sequence[Reply]:
        await self._preferences.set_time_zone(owner.scope, answers["zone"])
        return [Text(_("Your time zone: {zone}", zone=answers["zone"]), (_BACK,))]

    async def _ask_mail(self, owner: Owner, about: str) -> Sequence[Reply]:
        """An account that has an address needs no second one."""
        # It was confirmed when it came onto the account.
        if owner.email:
            return await self._mail_to(owner, owner.email)
        return await self._dialogues.begin(owner, self._mail)

    async def _set_mail(self, owner: Owner, answers: Answers) -> Sequence[Reply]:
        return await self._mail_to(owner, answers["code"])

    async def _mail_to(self, owner: Owner, address: str) -> Sequence[Reply]:
        await self._preferences.use_mail(owner.scope, address)
        done = _("What LINE has no room for comes by mail from now on: {address}", address=address)
        return [Text(done, (_BACK,))]

    async def _no_mail(self, owner: Owner, about: str) -> Sequence[Reply]:
        await self._preferences.no_mail(owner.scope)
        return [Text(_("No more mails. I have forgotten the address."), (_BACK,))]


_BACK = Choice(_("Alert settings"), action="alert.settings")


def _kind_card(kind: AlertKind, settings: AlertSettings) -> Card:
    wanted = is_wanted(kind, settings)
    told: Words = HOW_SOON[urgency_of(kind, settings)] if wanted else _("Off")
    switch = (
        Choice(_("Switch off"), action=f"alert.mute:{kind}")
        if wanted
        else Choice(_("Switch on"), action=f"alert.unmute:{kind}")
    )
    return Card(KINDS[kind].name, "", ((_("Told"), told),), (switch, Choice(_("How soon"), f"alert.how_soon:{kind}")))


def _general_card(settings: AlertSettings) -> Card:
    quiet: Words = _("none")
    if settings.quiet:
        quiet = f"{settings.quiet.start:%H:%M}-{settings.quiet.end:%H:%M}"
    mail: Words = settings.email if settings.email_fallback else _("Off")
    rows = ((_("Quiet hours"), quiet), (_("Time zone"), settings.time_zone), (_("By mail"), mail))
    by_mail = (
        Choice(_("No more mails"), action="alert.no_mail")
        if settings.email_fallback
        else Choice(_("By mail too"), action="alert.mail")
    )
    explained = _("What finds no room in LINE waits for your next message, or comes by mail if you like.")
    choices = (Choice(_("Quiet hours"), action="alert.quiet"), Choice(_("Time zone"), action="alert.zone"), by_mail)
    return Card(_("When and where"), explained, rows, choices)


async def _check_hours(owner: Owner, text: str) -> str:
    if text.strip().casefold() in {NONE, "なし", "無し"}:
        return NONE
    hours = hours_in(text)
    return f"{hours.start:%H:%M}-{hours.end:%H:%M}"


async def _offer_hours(owner: Owner, answers: Answers) -> Sequence[Choice]:
    none = Choice(_("No quiet hours"), action=f"say:alert.quiet/hours:{NONE}")
    return (*(Choice(hours, action=f"say:alert.quiet/hours:{hours}") for hours in HOURS), none)


async def _check_zone(owner: Owner, text: str) -> str:
    return zone_of(text)


async def _offer_zones(owner: Owner, answers: Answers) -> Sequence[Choice]:
    return tuple(Choice(zone, action=f"say:alert.zone/zone:{zone}") for zone in ZONES)
