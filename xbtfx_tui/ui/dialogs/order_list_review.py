"""The question below a list of orders, and the keys that scroll the list. It decides and sends nothing."""

from typing import Any

from textual import events
from textual.containers import VerticalScroll
from textual.screen import Screen

from xbtfx_tui.ui.dialogs.review_line import ReviewLine

_SCROLLS = {"up": -1, "down": 1, "pageup": -8, "pagedown": 8}


def scroll_rows(screen: Screen[Any], rows: int) -> None:
    """Scroll the list, and the frame around it where that is longer than the screen."""
    for part in ("#lines", "#frame"):
        screen.query_one(part, VerticalScroll).scroll_relative(y=rows, animate=False)


class StepsReview(ReviewLine):
    """A review line below a list that may be long: the arrows and pages scroll the list."""

    async def on_key(self, event: events.Key) -> None:
        # Textual calls ReviewLine's own on_key after this one, unless it is prevented.
        if (rows := _SCROLLS.get(event.key)) is not None:
            event.stop()
            event.prevent_default()
            scroll_rows(self.screen, rows)
