"""Letters about linking and unlinking LINE."""

from knowledge.phrases import Phrase, _


def linked_words(account: str) -> tuple[Phrase, Phrase]:
    text = _(
        "A LINE was linked with your account with mimi.\n\nIf it was not you, sign in and unlink it: {account}",
        account=account,
    )
    return _("mimi: LINE was linked"), text


def failed_words() -> tuple[Phrase, Phrase]:
    text = _(
        "Linking LINE with your account with mimi did not work: LINE says that somebody else confirmed it than "
        "asked for it. Nothing was changed.\n\n"
        "Write /link to mimi in the LINE you want to link, and confirm in the same one."
    )
    return _("mimi: LINE was not linked"), text


def unlinked_words(account: str) -> tuple[Phrase, Phrase]:
    text = _(
        "LINE was unlinked from your account with mimi. Alerts go there no more: they come by mail where you chose "
        "that, and wait for you otherwise.\n\n"
        "You come in by mail now: {account}",
        account=account,
    )
    return _("mimi: LINE was unlinked"), text
