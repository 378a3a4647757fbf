"""What a symbol's ticket begins with, where the trader has set it. Never sized by itself: as it was typed."""

import msgspec

from xbtfx_tui.domain.position_sizing import Size
from xbtfx_tui.domain.stop_input import StopForm


class Preset(msgspec.Struct, frozen=True):
    """A size and stops as forms, worked out anew at each ticket's prices; None = no stop."""

    size: Size
    sl: StopForm | None = None
    tp: StopForm | None = None
