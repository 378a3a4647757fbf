"""The order of the deals in History."""

from msgspec.structs import replace

from tests.ui.still_life import deals
from xbtfx_tui.ui.panes.history_pane import newest_first


def test_the_newest_is_first_the_later_ticket_at_the_same_time_and_what_has_no_time_last() -> None:
    first, second, *_ = deals()
    twin = replace(second, ticket=second.ticket + 1)
    timeless = replace(second, ticket=1, time=None), replace(second, ticket=2, time=None)
    shown = newest_first((timeless[0], first, second, timeless[1], twin))
    assert shown == [twin, second, first, timeless[1], timeless[0]]
