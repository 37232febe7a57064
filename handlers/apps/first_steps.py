"""From a new app to a living page in three steps, each seen in what is there: nothing is ticked off by hand."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FirstSteps:
    """The first, its name and address, an app has from the beginning."""

    taught: bool  # it knows something
    asked: bool  # somebody has asked it, be it its owner: the page was opened and works

    @property
    def are_done(self) -> bool:
        return self.taught and self.asked
