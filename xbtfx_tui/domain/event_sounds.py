"""What a terminal sounds for, and how each of these is told. Values only: it rings nothing."""

from enum import Enum


class Sound(Enum):
    """What became known. The value is the setting's name; `bells` are how many the terminal is given.

    In the order in which they matter: of several at once the first is heard first.
    """

    TROUBLE = "trouble"  # what wants its trader: not known, half done, open after a kill, disarmed
    DISCONNECT = "disconnect"
    REFUSAL = "refusal"
    ALERT = "alert"
    PROPOSAL = "proposal"
    FILL = "fill"

    @property
    def bells(self) -> int:
        return {"fill": 1, "alert": 2, "refusal": 3, "disconnect": 4, "trouble": 5, "proposal": 6}[self.value]

    @property
    def by_default(self) -> "SoundWay":
        """How it is told where no setting says. A script that proposes wakes nobody unasked."""
        return SoundWay.OFF if self is Sound.PROPOSAL else SoundWay.BOTH


class SoundWay(Enum):
    """How it is told; the value is the setting's word."""

    BOTH = "both"
    BELL = "bell"
    TEXT = "text"  # the terminal's own notification
    OFF = "off"

    @property
    def rings(self) -> bool:
        return self in {SoundWay.BOTH, SoundWay.BELL}

    @property
    def writes(self) -> bool:
        return self in {SoundWay.BOTH, SoundWay.TEXT}
