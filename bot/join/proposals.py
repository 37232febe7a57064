"""Changes that somebody's words or programs propose, and their owner makes."""

from bot.join.ground import Ground
from handlers.areas import AlertArea, AppArea, EntryArea, LearningArea, ProgramArea, ProposalArea
from handlers.chat.entries.gaps import GAP
from handlers.chat.entries.look_alikes import ALERT, SAID
from handlers.programs.proposing import Proposing
from handlers.proposals.changes import Keeper, ProposedChanges
from handlers.proposals.filed import FiledProposals
from handlers.proposals.proposals import Proposals


def join(
    ground: Ground, alerts: AlertArea, apps: AppArea, entries: EntryArea, learning: LearningArea, programs: ProgramArea
) -> ProposalArea:
    """Over the use cases that make the changes: the same as buttons and pages call."""
    database = ground.database
    keepers: dict[str, Keeper] = {
        GAP: learning.gaps.accept,
        ALERT: learning.handoffs.save_as_faq,
        SAID: learning.said_answers.save,
    }
    changes = ProposedChanges(
        entries.faqs, entries.new, keepers, entries.documents, apps.apps, apps.settings, alerts.preferences
    )
    proposals = Proposals(database, changes, ground.clock)
    box = FiledProposals(database, proposals, alerts.alerts)
    return ProposalArea(proposals, changes, Proposing(programs.entries, programs.documents, box))
