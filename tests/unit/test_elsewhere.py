"""Orders not sent from here: what proves another hand is said once; what may be ours is not."""

from decimal import Decimal

import pytest

from tests.unit.trading_desk import HandClock
from xbtfx_tui.api.weight_budget import Budget
from xbtfx_tui.domain.intents import Intent, OpenIntent, ReverseIntent
from xbtfx_tui.domain.order_outcomes import IntentRecord, IntentState
from xbtfx_tui.domain.positions import OrderKind, PendingOrder, Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import BudgetSeen, IntentMoved, OrdersRead, PositionsRead, Severity
from xbtfx_tui.orders.foreign_orders import BEGINNING, UNEXPLAINED_FOR, ForeignOrders
from xbtfx_tui.store.store import Store

D = Decimal
S = IntentState
OURS = OpenIntent("a", "EURUSD", Side.BUY, D("0.10"), D("1.08"))
REVERSE = ReverseIntent("b", 7, "EURUSD", Side.BUY, D("0.10"))


def held(ticket: int, symbol: str = "EURUSD") -> Position:
    return Position(ticket, symbol, Side.BUY, D("0.10"), D("1.08"), D("1.082"))


class Watched:
    """An account on which something may come from elsewhere."""

    def __init__(self, *at_first: Position) -> None:
        self.clock = HandClock()
        self.store = Store(self.clock)
        self.said: list[str] = []
        self.elsewhere = ForeignOrders(self.store, self.clock, self._say)
        self.lists(*at_first)
        self.passes(BEGINNING + 5)

    def _say(self, severity: Severity, sentence: str) -> None:
        self.said.append(sentence)

    def lists(self, *positions: Position) -> None:
        self.store.apply(PositionsRead(positions, self.store.mark()))

    def passes(self, seconds: float) -> None:
        for _ in range(int(seconds / 5)):
            self.elsewhere.look()
            self.clock.turn(5)
        self.elsewhere.look()


async def test_a_position_that_no_order_of_ours_explains_is_said_once() -> None:
    it = Watched(held(7))
    it.passes(60)
    assert it.said == []
    it.lists(held(7), held(8), held(9))
    it.passes(UNEXPLAINED_FOR - 5)
    assert it.said == []
    it.passes(10)
    (sentence,) = it.said
    assert sentence.startswith("Position 8 (buy 0.10 EURUSD) was not opened by an order of this terminal")
    assert "by you on another device" in sentence
    it.lists(held(7), held(8), held(9), held(10))
    it.passes(120)
    assert len(it.said) == 1


async def test_what_a_late_list_shows_at_the_beginning_is_of_before() -> None:
    it = Watched()
    late = Watched()
    late.elsewhere._began = late.clock.now().monotonic - BEGINNING + 20
    late.lists(held(8))
    late.elsewhere.look()
    late.passes(200)
    assert late.said == it.said == []


async def test_what_a_pending_order_opens_is_nobodys() -> None:
    it = Watched()
    order = PendingOrder(8, "EURUSD", OrderKind.BUY_LIMIT, D("0.10"), D("1.07"))
    it.store.apply(OrdersRead((order,), it.store.mark()))
    it.passes(10)
    it.store.apply(OrdersRead((), it.store.mark()))
    it.lists(held(8))
    it.passes(120)
    assert it.said == []


@pytest.mark.parametrize(
    ("intent", "state", "ticket", "is_said"),
    [
        (OURS, S.FILLED, 8, False),
        (OURS, S.FILLED, 55, True),
        (OURS, S.FILLED, None, False),
        (OURS, S.UNKNOWN, None, False),
        (OURS, S.PLACED, None, False),
        (OURS, S.FOUND_NOT_FILLED, None, False),
        (OURS, S.REJECTED, None, True),
        (OURS, S.NOT_SENT, None, True),
        (REVERSE, S.FILLED, 55, False),
    ],
)
async def test_what_may_be_of_an_order_of_ours_is_not_said(
    intent: Intent, state: IntentState, ticket: int | None, is_said: bool
) -> None:
    it = Watched()
    it.store.apply(IntentMoved(IntentRecord(intent, state, (), ticket=ticket)))
    it.lists(held(8))
    it.passes(120)
    assert bool(it.said) is is_said


async def test_weight_above_ours_is_the_better_proof() -> None:
    it = Watched()
    it.store.apply(BudgetSeen(600, 560, 0))
    it.passes(10)
    assert it.said == []
    it.store.apply(BudgetSeen(600, 500, 37))
    it.passes(20)
    (sentence,) = it.said
    assert sentence.startswith("Another program uses this API key: 37 of the weight of the last minute")


def told(used: int, weight: int | None = None) -> dict[str, str]:
    headers = {"x-ratelimit-budget": "600", "x-ratelimit-used": str(used)}
    return headers if weight is None else headers | {"x-ratelimit-weight": str(weight)}


def others(budget: Budget, used: int, now: float, weight: int = 0, counted: int | None = None) -> int:
    seen = budget.heard(told(used, counted), now, weight)
    assert seen is not None
    return seen.of_others


def test_only_what_this_program_surely_did_not_spend_is_of_others() -> None:
    budget = Budget()
    budget.spend(1, 0.0)
    assert others(budget, 300, 10.0) == 0, "an earlier run's may be in it"
    budget.spend(10, 50.0)
    budget.spend(2, 100.0)
    assert others(budget, 12, 100.0) == 0
    assert others(budget, 15, 100.0) == 3
    assert others(budget, 12, 115.0) == 0, "a minute that began earlier than this one's"
    assert others(budget, 12, 131.0) == 10


def test_where_the_server_counts_more_for_a_request_so_is_it_counted_here() -> None:
    budget = Budget()
    budget.spend(1, 0.0)
    budget.spend(1, 100.0)
    assert others(budget, 10, 100.0, weight=1, counted=10) == 0
    assert others(budget, 11, 101.0) == 1
