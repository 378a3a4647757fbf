"""Closes of one ticket, looked for in the positions: the work of one is never given to another."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import CloseIntent
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.orders.reconcile.holdings_snapshot import HoldingsSnapshot, TrackedOrder
from xbtfx_tui.orders.reconcile.position_matching import CarriedOut, Look, Several, Unseen, before_send, look

D = Decimal
AT = Instant(100.0, 100.0, 100.0)
LONG = Position(7, "EURUSD", Side.BUY, D("0.20"), D("1.08"), D("1.082"))
OTHER = replace(LONG, ticket=8)


def close(volume: str, ticket: int = 7) -> TrackedOrder:
    """A close of so many lots, on its way; both positions were held in full before it."""
    intent = CloseIntent(f"{ticket} {volume}", ticket, "EURUSD", Side.BUY, D(volume), LONG.volume)
    return TrackedOrder(intent, before_send(intent, {7: LONG, 8: OTHER}, ()), AT)


def left(*positions: Position) -> HoldingsSnapshot:
    return HoldingsSnapshot({one.ticket: one for one in positions}, {}, False, AT, frozenset())


def holds(volume: str) -> HoldingsSnapshot:
    """So much is left of ticket 7; the other is untouched."""
    return left(replace(LONG, volume=D(volume)), OTHER)


@pytest.mark.parametrize(
    ("remains", "seen"),
    [("0.20", Unseen()), ("0.14", Unseen()), ("0.15", Unseen()), ("0.09", CarriedOut()), ("0.08", Unseen())],
)
def test_what_a_close_is_known_to_have_done_is_counted_off_the_other(remains: str, seen: Look) -> None:
    """0.06 are known to be the other's: 0.05 more must be gone, and of what is more somebody else took."""
    watched = replace(close("0.05"), done=(close("0.06"),))
    assert look(watched, [], holds(remains)) == seen


@pytest.mark.parametrize(
    ("remains", "small", "large"),
    [
        ("0.16", Unseen(), Unseen()),
        ("0.15", Several((7,)), Unseen()),
        ("0.14", Several((7,)), Several((7,))),
        ("0.10", Several((7,)), Several((7,))),
        ("0.09", CarriedOut(), CarriedOut()),
    ],
)
def test_of_two_on_their_way_neither_is_found_until_both_are_done(
    remains: str, small: Look, large: Look
) -> None:
    one, other = close("0.05"), close("0.06")
    assert look(one, [other], holds(remains)) == small
    assert look(other, [one], holds(remains)) == large


def test_less_than_was_to_be_closed_is_not_its_work() -> None:
    assert look(close("0.10"), [], holds("0.15")) == Unseen()


def test_a_ticket_that_is_gone_is_closed_whoever_else_was_closing_it() -> None:
    assert look(close("0.20"), [close("0.05")], left(OTHER)) == CarriedOut()


def test_a_close_of_another_ticket_has_no_part_in_it() -> None:
    assert look(close("0.05"), [close("0.06", ticket=8)], holds("0.15")) == CarriedOut()
    assert look(replace(close("0.05"), done=(close("0.06", ticket=8),)), [], holds("0.15")) == CarriedOut()
