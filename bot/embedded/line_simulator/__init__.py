"""A stand-in for the LINE platform: its API, its webhooks, and a phone to use it with.

It serves `make run` without LINE keys, and the tests. Nothing of it is reachable in production.
"""

from bot.embedded.line_simulator.call import Recorded
from bot.embedded.line_simulator.delivery import Delivered, sign
from bot.embedded.line_simulator.faults import Fault, Faults, Instead
from bot.embedded.line_simulator.person import Person
from bot.embedded.line_simulator.simulator import LineSimulator
from bot.embedded.line_simulator.state import ChatItem
from bot.embedded.line_simulator.taps import text_of, texts, words_of

__all__ = [
    "ChatItem",
    "Delivered",
    "Fault",
    "Faults",
    "Instead",
    "LineSimulator",
    "Person",
    "Recorded",
    "sign",
    "text_of",
    "texts",
    "words_of",
]
