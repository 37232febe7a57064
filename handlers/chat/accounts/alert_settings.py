"""Settings of alerts in chat: cards of the kinds, and short dialogues for quiet hours, time zone and mail."""

from collections.abc import Sequence
from functools import partial
from zoneinfo import ZoneInfo

from handlers.accounts.emails import Emails
from handlers.alerts.cards import MUTE_ALERTS
from handlers.alerts.kinds import HOW_SOON, KINDS, is_wanted, urgency_of
from handlers.alerts.settings import AlertPreferences, hours_in, kind_of, urgency_named, zone_of
from handlers.buttons import Button, Shortcut
from handlers.chat.commands import Command, Feature
from handlers.chat.dialogues import Answers, DialogueQuestion, Dialogues, OfferedAnswer, Script
from handlers.messages import Card, Cards, Reply, Text, Words
from handlers.told_times import with_zone, zone_words
from knowledge.phrases import Lang, _
from knowledge.store.accounts.owners import Owner
from knowledge.store.alerts.alert_settings import AlertSettings
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.outbox.outbox import Urgency

ALERT_SETTINGS = Shortcut("alert.settings", _("Alert settings"))
UNMUTE_ALERTS = Button("alert.unmute", _("Switch on"), kind_of)
ASK_HOW_SOON = Button("alert.how_soon", _("Change how soon"), kind_of)
SET_HOW_SOON = Button("alert.urgency", "", kind_of, urgency_named)
SET_QUIET = Button("alert.quiet", _("Quiet hours"))
SET_ZONE = Button("alert.zone", _("Time zone"))
USE_MAIL = Button("alert.mail", _("Get e-mails, too"))
NO_MAIL = Button("alert.no_mail", _("Stop e-mails"))

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
                    "hours", _("When should I not disturb you? For example: 22:00-7:00"), _check_hours, _offer_hours
                ),
            ),
            self._set_quiet,
        )
        self._zone = Script(
            "alert.zone",
            (
                DialogueQuestion(
                    "zone",
                    _("Which time zone are you in? The name of a city or country will do."),
                    _check_zone,
                    _offer_zones,
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
                DialogueQuestion("code", _("Please send the six digits from the e-mail."), confirmed),
            ),
            self._set_mail,
        )

    def feature(self) -> Feature:
        summary = _("Choose which alerts you get, and when")
        return Feature(
            commands=(Command(("/alerts settings", "/通知 設定", "/通知設定"), summary, self._show, shows=True),),
            taps=(
                ALERT_SETTINGS.runs(self._show),
                MUTE_ALERTS.runs(self._mute),
                UNMUTE_ALERTS.runs(self._unmute),
                ASK_HOW_SOON.runs(self._ask_how_soon),
                SET_HOW_SOON.runs(self._set_urgency),
                SET_QUIET.runs(partial(self._dialogues.begin, script=self._quiet)),
                SET_ZONE.runs(partial(self._dialogues.begin, script=self._zone)),
                USE_MAIL.runs(self._ask_mail),
                NO_MAIL.runs(self._no_mail),
            ),
            scripts=(self._quiet, self._zone, self._mail),
        )

    async def _show(self, owner: Owner, rest: str) -> Sequence[Reply]:
        settings = await self._preferences.of(owner.scope)
        cards = tuple(_kind_card(kind, settings) for kind in KINDS if KINDS[kind].can_mute)
        return [Cards(_("Your alert settings"), cards), _general_card(settings, owner.lang)]

    async def _mute(self, owner: Owner, kind: AlertKind) -> Sequence[Reply]:
        await self._preferences.want(owner.scope, kind, False)
        # It is said at once what has gone quiet, since nothing else will.
        ways = (UNMUTE_ALERTS(kind, label=_("Undo")), ALERT_SETTINGS())
        return [Text(_("You will no longer be told about this: {kind}", kind=KINDS[kind].name), ways)]

    async def _unmute(self, owner: Owner, kind: AlertKind) -> Sequence[Reply]:
        await self._preferences.want(owner.scope, kind, True)
        return [Text(_("You will be told about this: {kind}", kind=KINDS[kind].name), (ALERT_SETTINGS(),))]

    async def _ask_how_soon(self, owner: Owner, kind: AlertKind) -> Sequence[Reply]:
        choices = (SET_HOW_SOON(kind, urgency, label=words) for urgency, words in HOW_SOON.items())
        return [Text(_("How soon should I tell you about this? {kind}", kind=KINDS[kind].name), tuple(choices))]

    async def _set_urgency(self, owner: Owner, kind: AlertKind, urgency: Urgency) -> Sequence[Reply]:
        await self._preferences.set_urgency(owner.scope, kind, urgency)
        return [Text(_("{kind}: {how_soon}", kind=KINDS[kind].name, how_soon=HOW_SOON[urgency]), (ALERT_SETTINGS(),))]

    async def _set_quiet(self, owner: Owner, answers: Answers) -> Sequence[Reply]:
        hours = None if answers["hours"] == NONE else hours_in(answers["hours"])
        await self._preferences.set_quiet(owner.scope, hours)
        zone = (await self._preferences.of(owner.scope)).zone
        if hours is None:
            return [Text(_("Quiet hours are off."), (ALERT_SETTINGS(),))]
        told = with_zone(answers["hours"], zone, owner.lang)
        return [
            Text(_("I will not disturb you between these times: {hours}", hours=told), (ALERT_SETTINGS(), SET_ZONE()))
        ]

    async def _set_zone(self, owner: Owner, answers: Answers) -> Sequence[Reply]:
        await self._preferences.set_time_zone(owner.scope, answers["zone"])
        named = zone_words(ZoneInfo(answers["zone"]), owner.lang)
        return [Text(_("Your time zone: {zone}", zone=f"{named} ({answers['zone']})"), (ALERT_SETTINGS(),))]

    async def _ask_mail(self, owner: Owner) -> Sequence[Reply]:
        """An account that has an address needs no second one."""
        # It was confirmed when it came onto the account.
        if owner.email:
            return await self._mail_to(owner, owner.email)
        return await self._dialogues.begin(owner, self._mail)

    async def _set_mail(self, owner: Owner, answers: Answers) -> Sequence[Reply]:
        return await self._mail_to(owner, answers["code"])

    async def _mail_to(self, owner: Owner, address: str) -> Sequence[Reply]:
        await self._preferences.use_mail(owner.scope, address)
        done = _("Alerts that do not fit into LINE now come by e-mail: {address}", address=address)
        return [Text(done, (ALERT_SETTINGS(),))]

    async def _no_mail(self, owner: Owner) -> Sequence[Reply]:
        await self._preferences.no_mail(owner.scope)
        return [Text(_("No more e-mails. I have deleted the address."), (ALERT_SETTINGS(),))]


def _kind_card(kind: AlertKind, settings: AlertSettings) -> Card:
    wanted = is_wanted(kind, settings)
    told: Words = HOW_SOON[urgency_of(kind, settings)] if wanted else _("Off")
    switch = MUTE_ALERTS(kind, label=_("Switch off")) if wanted else UNMUTE_ALERTS(kind)
    return Card(KINDS[kind].name, "", ((_("When"), told),), (switch, ASK_HOW_SOON(kind)))


def _general_card(settings: AlertSettings, lang: Lang) -> Card:
    quiet: Words = _("none")
    if settings.quiet:
        quiet = with_zone(f"{settings.quiet.start:%H:%M}-{settings.quiet.end:%H:%M}", settings.zone, lang)
    mail: Words = settings.email if settings.email_fallback else _("Off")
    rows = ((_("Quiet hours"), quiet), (_("Time zone"), zone_words(settings.zone, lang)), (_("E-mail"), mail))
    by_mail = NO_MAIL() if settings.email_fallback else USE_MAIL()
    explained = _("Alerts that do not fit into LINE wait for your next message, or come by e-mail if you like.")
    return Card(_("When and where"), explained, rows, (SET_QUIET(), SET_ZONE(), by_mail))


async def _check_hours(owner: Owner, text: str) -> str:
    if text.strip().casefold() in {NONE, "なし", "無し"}:
        return NONE
    hours = hours_in(text)
    return f"{hours.start:%H:%M}-{hours.end:%H:%M}"


async def _offer_hours(owner: Owner, answers: Answers) -> Sequence[OfferedAnswer]:
    none = OfferedAnswer(_("No quiet hours"), NONE)
    return (*(OfferedAnswer(hours, hours) for hours in HOURS), none)


async def _check_zone(owner: Owner, text: str) -> str:
    return zone_of(text)


async def _offer_zones(owner: Owner, answers: Answers) -> Sequence[OfferedAnswer]:
    return tuple(OfferedAnswer(zone_words(ZoneInfo(zone), owner.lang), zone) for zone in ZONES)
