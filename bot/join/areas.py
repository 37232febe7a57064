"""What mimi consists of, from top to bottom: each area after those it needs."""

from bot.join.accounts import join as join_accounts
from bot.join.alerts import join as join_alerts
from bot.join.answers import join as join_answers
from bot.join.apps import join as join_apps
from bot.join.conversations import join as join_conversations
from bot.join.entries import join as join_entries
from bot.join.exports import join as join_exports
from bot.join.ground import Ground
from bot.join.imports import join as join_imports
from bot.join.insight import join as join_insight
from bot.join.learning import join as join_learning
from bot.join.notices import join as join_notices
from bot.join.programs import join as join_programs
from bot.join.proposals import join as join_proposals
from bot.join.search import join as join_search
from bot.join.spending import join as join_spending
from handlers.areas import Areas


def join(ground: Ground) -> Areas:
    """All areas, made once and joined; what must be closed is closed with the ground's stack."""
    alerts = join_alerts(ground)
    spending = join_spending(ground, alerts)
    search = join_search(ground)
    accounts = join_accounts(ground, alerts)
    apps = join_apps(ground)
    entries = join_entries(ground, spending, search)
    imports = join_imports(ground, search, entries, alerts)
    conversations = join_conversations(ground, search, alerts)
    answers = join_answers(ground, spending, search, conversations, alerts)
    learning = join_learning(ground, spending, search, entries, conversations, alerts)
    insight = join_insight(ground, search, learning, alerts)
    notices = join_notices(ground, alerts, apps)
    exports = join_exports(ground, apps, entries)
    programs = join_programs(ground, search, entries, alerts)
    proposals = join_proposals(ground, alerts, apps, entries, learning, programs)
    return Areas(
        alerts=alerts,
        spending=spending,
        search=search,
        accounts=accounts,
        apps=apps,
        entries=entries,
        imports=imports,
        conversations=conversations,
        answers=answers,
        learning=learning,
        insight=insight,
        notices=notices,
        exports=exports,
        programs=programs,
        proposals=proposals,
    )
