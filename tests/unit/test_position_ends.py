"""What is told of a position's end: its figures, and what closed it; nothing that may be another's."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.unit.two_mouthed_server import PRICE, Server, deal, long
from xbtfx_tui.domain.intents import CloseAllIntent, CloseIntent, Intent, Keep, ModifyIntent, MoveTo
from xbtfx_tui.domain.order_origin import BY_KEY, Origin, OriginKind
from xbtfx_tui.domain.order_outcomes import IntentRecord, IntentState
from xbtfx_tui.domain.positions import Deal, DealEntry
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import DealDone, IntentMoved

D = Decimal
SL = "1.09900"
AT_SL, AWAY = D("1.09898"), D("1.09950")
TRAIL = Origin(OriginKind.TRAIL, 7)


def streamed(number: int, price: Decimal, profit: str = "-12.30", lots: str = "0.10") -> DealDone:
    return DealDone(Deal(number, "EURUSD", Side.SELL, None, D(lots), price, D(profit)))


def order(intent: Intent, state: IntentState = IntentState.FILLED, origin: Origin = BY_KEY) -> IntentMoved:
    return IntentMoved(IntentRecord(intent, state, (), origin=origin))


def moved_to(sl: str) -> ModifyIntent:
    return ModifyIntent("m", 7, "EURUSD", MoveTo(D(sl)), Keep())


def ended(*before: DealDone | IntentMoved, seen: float = 100.0) -> str:
    """What is told of the position 7, with an sl, that the stream tells as closed for -12.30."""
    server = Server()
    server.lists_now(long(7, sl=SL), long(8, lots="0.30"))
    server.passes(seen)
    for event in before:
        server.store.apply(event)
    server.tells_closed(7)
    server.lists_now(long(8, lots="0.30"))
    return server.texts()[-1]


def test_a_stop_that_its_deals_price_reached_closed_it() -> None:
    figures = "buy 0.10 at 1.09898, -12.30"
    assert ended(streamed(1, AT_SL)) == f"EURUSD 7 closed at its sl 1.09900: {figures}"
    by_trail = ended(order(moved_to(SL), origin=TRAIL), streamed(1, AT_SL))
    assert by_trail == f"EURUSD 7 closed at its sl 1.09900, set by its trail: {figures}"
    by_key = ended(order(moved_to(SL)), streamed(1, AT_SL))
    assert by_key == f"EURUSD 7 closed at its sl 1.09900: {figures}"


def test_short_of_its_stop_it_was_closed_by_no_order_of_this_terminal() -> None:
    assert (
        ended(streamed(1, AWAY)) == "EURUSD 7 closed elsewhere or by the server: buy 0.10 at 1.09950, -12.30"
    )
    assert ended() == "EURUSD 7 closed elsewhere or by the server, -12.30"


@pytest.mark.parametrize(
    "beside",
    [
        (streamed(1, AT_SL), streamed(2, AWAY)),
        (streamed(1, AT_SL, profit="-12.31"),),
        (streamed(1, AT_SL, lots="0.05"),),
    ],
    ids=["two alike", "another profit", "other lots"],
)
def test_a_deal_that_may_be_anothers_gives_no_price(beside: tuple[DealDone, ...]) -> None:
    assert ended(*beside) == "EURUSD 7 closed elsewhere or by the server, -12.30"


CLOSE = CloseIntent("c", 7, "EURUSD", Side.BUY, D("0.10"), D("0.10"))
PART = replace(CLOSE, volume=D("0.05"))


@pytest.mark.parametrize(
    ("intent", "state", "is_possible"),
    [
        (CLOSE, IntentState.PLACED, True),
        (CLOSE, IntentState.FOUND_NOT_FILLED, True),
        (CLOSE, IntentState.REJECTED, False),
        (CLOSE, IntentState.NOT_SENT, False),
        (PART, IntentState.UNKNOWN, True),
        (PART, IntentState.FILLED, False),
        (CloseAllIntent("a", ()), IntentState.FILLED, True),
        (replace(CLOSE, ticket=8), IntentState.FILLED, False),
        (moved_to(SL), IntentState.UNKNOWN, False),
    ],
)
def test_what_an_order_of_ours_may_have_done_is_not_called_anothers(
    intent: Intent, state: IntentState, is_possible: bool
) -> None:
    told = ended(order(intent, state), streamed(1, AT_SL))
    assert (told == "EURUSD 7 closed: buy 0.10 at 1.09898, -12.30") is is_possible
    assert ("at its sl" in told) is not is_possible


def test_right_after_the_start_an_earlier_runs_order_may_have_closed_it() -> None:
    assert ended(streamed(1, AT_SL), seen=80) == "EURUSD 7 closed: buy 0.10 at 1.09898, -12.30"


def test_what_was_opened_in_this_run_no_earlier_runs_order_closed() -> None:
    server = Server()
    server.lists_now(long(8))
    server.tells_opened(7)
    server.lists_now(long(7), long(8))
    server.tells_closed(7)
    server.lists_now(long(8))
    assert server.texts()[-1] == "EURUSD 7 closed elsewhere or by the server, -12.30"


def test_the_one_deal_of_the_history_tells_price_and_profit() -> None:
    server = Server()
    server.lists_now(long(7))
    opening, closing = deal(1, 7, DealEntry.IN), replace(deal(2, 7, DealEntry.OUT), profit=D("-3.10"))
    server.lists_now()
    server.history_has(opening, closing)
    assert server.texts()[-1] == f"EURUSD 7 closed: buy 0.10 at {PRICE}, -3.10"
