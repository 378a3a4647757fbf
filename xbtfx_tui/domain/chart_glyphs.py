"""Which characters a chart may be drawn with. A value."""

from collections.abc import Mapping
from enum import Enum


class ChartGlyphs(Enum):
    """The value is the setting's word."""

    FULL = "full"
    PLAIN = "plain"
    """`│ █ ▀ ▄` and what else every font has: the Linux console's has no more, and some fonts lack heavy
    lines."""


def usual_glyphs(environ: Mapping[str, str]) -> ChartGlyphs:
    """What the terminal of this environment can show: the Linux console has 256 or 512 characters."""
    return ChartGlyphs.PLAIN if environ.get("TERM") == "linux" else ChartGlyphs.FULL
