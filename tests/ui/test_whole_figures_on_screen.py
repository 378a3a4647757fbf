"""Long tickets, names and amounts on a real screen: told apart and whole at every width."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.ui.still_changes import hold_only
from tests.ui.still_desk import a_desk
from tests.ui.still_life import StillBackend, positions, still_backend
from xbtfx_tui.domain.positions import Position

TICKETS = (10006293775, 10006293788)
NAME = "GERMANY40.cash-futures"
PROFIT = Decimal("-1234567.89")


def with_long_rows(backend: StillBackend) -> None:
    one, other, _ = positions()
    held: tuple[Position, ...] = (
        replace(one, ticket=TICKETS[0], symbol=NAME),
        replace(other, ticket=TICKETS[1], profit=PROFIT, symbol="XAUUSD.unknown"),
    )
    hold_only(backend.store, *held)


@pytest.mark.parametrize(
    "size", [(60, 20), (67, 22), (80, 24), (100, 30), (119, 33), (120, 34), (160, 40), (200, 50), (250, 70)]
)
async def test_rows_are_told_apart_at_every_width(size: tuple[int, int]) -> None:
    async with a_desk(still_backend(with_long_rows), size=size) as desk:
        for keys in (("4",), ("z",)):
            await desk.presses(*keys)
            await desk.sees(str(TICKETS[0]), str(TICKETS[1]), NAME, "XAUUSD.unknown", "-1,234,567.89")
            for ticket in TICKETS:
                assert "…" not in desk.line(str(ticket)).partition("│")[0]
