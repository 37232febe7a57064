"""What every doomed process needs, loaded once: they are forked from here."""

import doomed as doomed

from bot.join.ground import one_pii

one_pii().prepare()
