"""The line of the latest message: what is loud stays readable, though something quieter comes right after."""

import pytest

from xbtfx_tui.domain.events import Loudness, Said
from xbtfx_tui.ui.panes.bottom_lines import HELD_FOR, message_to_show

L = Loudness


def said(wall: float, loudness: Loudness) -> Said:
    return Said(wall, loudness, f"{loudness.value} at {wall:g}")


@pytest.mark.parametrize(
    ("messages", "now", "shown"),
    [
        ([], 100.0, None),
        ([said(100, L.ERROR), said(100, L.INFO)], 101.0, said(100, L.ERROR)),
        ([said(100, L.ERROR), said(100, L.INFO)], 100.0 + HELD_FOR[L.ERROR] + 0.1, said(100, L.INFO)),
        ([said(100, L.ERROR), said(101, L.ERROR)], 102.0, said(101, L.ERROR)),
        ([said(100, L.ERROR), said(101, L.GOOD)], 102.0, said(101, L.GOOD)),
        ([said(100, L.GOOD), said(100, L.INFO)], 100.0, said(100, L.INFO)),
        ([said(100, L.ERROR), said(101, L.WARNING), said(102, L.INFO)], 103.0, said(100, L.ERROR)),
    ],
)
def test_what_is_shown(messages: list[Said], now: float, shown: Said | None) -> None:
    assert message_to_show(messages, now) == shown
