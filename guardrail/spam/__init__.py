"""Spam and misuse of an app's chat, judged without knowing who wrote. Pure: nothing is read, stored or sent.

    message = Utterance.of(text, salt, at=clock.now().timestamp())
    judgement = judge(message, earlier, about)
    earlier = earlier.after(message, judgement)

`about` is `About.of(texts of the app's knowledge, its hosts)`, made once for a version of the knowledge. `earlier` is
what is kept of a conversation between its messages: `Earlier()` at first, `earlier.packed()` to store (267 bytes,
whatever was written), `Earlier.unpacked(stored)` back. It holds counters and sketches, hashes salted with the day's
salt, and no text, address or key; with another day's salt they resemble nothing, and once the salt is gone they lead
nowhere.

What the verdicts mean for a caller: `pass` goes on; `challenge` is asked for a sign that a person waits, then goes on;
`drop` is answered nothing and told nobody; `off_topic` is refused kindly, without asking a model.
docs/decisions/0022-spam.md says why it is so.
"""

from guardrail.spam.about import About
from guardrail.spam.earlier import Earlier
from guardrail.spam.judging import judge
from guardrail.spam.utterance import Utterance
from guardrail.spam.verdicts import Judgement, SpamReason, SpamVerdict

__all__ = ["About", "Earlier", "Judgement", "SpamReason", "SpamVerdict", "Utterance", "judge"]
