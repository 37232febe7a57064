"""What linking a web account with a LINE comes to: decided alike on the page, before, and when LINE confirms."""

from enum import StrEnum

from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import Owner


class LinkPlan(StrEnum):
    """The first three are carried out, the others are refused and change nothing."""

    JOIN = "join"  # this LINE has no account of its own
    REPLACE_EMPTY = "replace_empty"  # its account holds nothing, and goes
    MOVE_ADDRESS = "move_address"  # the web account holds nothing: its address goes to the account in LINE
    LINKED = "linked"
    OTHER_LINE = "other_line"
    BOTH = "both"
    LEAVING = "leaving"


CARRIED_OUT = frozenset({LinkPlan.JOIN, LinkPlan.REPLACE_EMPTY, LinkPlan.MOVE_ADDRESS})

WORDS: dict[LinkPlan, Phrase] = {
    LinkPlan.JOIN: _("This LINE has no account of its own yet. It will open the account you are signed in to here."),
    LinkPlan.REPLACE_EMPTY: _(
        "This LINE has an account without any app. It goes, and this LINE will open the account you are signed in to "
        "here."
    ),
    LinkPlan.MOVE_ADDRESS: _(
        "The account you are signed in to here has no app, the one in this LINE has. Your e-mail address moves to the "
        "account in LINE and opens it from then on; the account without an app goes."
    ),
    LinkPlan.LINKED: _("This LINE and this account are linked already. Nothing has to be done."),
    LinkPlan.OTHER_LINE: _(
        "This account is linked with another LINE. Unlink that one first (on the account page, or with /unlink in that "
        "LINE). Nothing was changed."
    ),
    LinkPlan.BOTH: _(
        "Both accounts, the one in this LINE and the one on the web, hold something of yours, so they are not put "
        "together by themselves. Choose the one to keep. From the other one take along what you need (/export faq, "
        "and /import in the first), delete it, and link again. Nothing was changed."
    ),
    LinkPlan.LEAVING: _(
        "One of the two accounts is being deleted. Stop that or wait for its end, and link again then."
    ),
}


def plan(web: Owner, line: Owner | None, *, web_has_apps: bool, line_has_apps: bool) -> LinkPlan:
    """`web` wants to link; `line` is the account that the LINE has, if any."""
    if line is not None and line.id == web.id:
        return LinkPlan.LINKED
    if web.leaving_at or (line and line.leaving_at):
        return LinkPlan.LEAVING
    if web.line_user_id is not None:
        return LinkPlan.OTHER_LINE
    if line is None:
        return LinkPlan.JOIN
    if not line_has_apps and not line.email:
        return LinkPlan.REPLACE_EMPTY
    return LinkPlan.MOVE_ADDRESS if not web_has_apps and not line.email else LinkPlan.BOTH
