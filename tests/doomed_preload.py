"""What every doomed process needs, loaded once: they are forked from here."""

import doomed as doomed

from guardrail.pii import one_pii

one_pii().prepare()
