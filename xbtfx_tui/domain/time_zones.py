"""Which clock the screen tells times by, as the settings choose it. Values only; it reads no clock."""

from datetime import tzinfo
from enum import Enum
from typing import TypeAlias


class TimesIn(Enum):
    """The value is the setting's word."""

    UTC = "utc"
    LOCAL = "local"
    BROKER = "broker"


ZoneChoice: TypeAlias = TimesIn | tzinfo
"""One of these, or a zone by its name, as the time zone database has it."""
