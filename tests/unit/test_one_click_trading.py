"""One-click trading: when it is armed and ends, what it sends at once, and that a held key is one order."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.unit.planning_account import PlanAccount, a_position, an_account
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import CloseIntent, OpenIntent
from xbtfx_tui.domain.position_sizing import Lots, RiskPercent
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_input import InPips
from xbtfx_tui.domain.store_events import (
    StreamDown,
    Trading,
    TradingChanged,
    TradingCloseOnly,
    TradingLocked,
    TradingReadOnly,
)
from xbtfx_tui.domain.ticket_presets import Preset
from xbtfx_tui.orders.guards.guard_types import Problem
from xbtfx_tui.planning.draft_types import OrderDraft
from xbtfx_tui.planning.one_click_trading import (
    IDLE_SECONDS,
    HeldKey,
    NoOneClick,
    OneClickArmed,
    OneClickOff,
    default_preset,
    looked_at,
    one_click_close,
    one_click_open,
    trouble,
)

D = Decimal
PLAIN = default_preset(D("0.10"))
LONG = a_position(7, "EURUSD", Side.BUY, "0.50", "1.08120", "1.08213", sl="1.07000")


def opens(one: PlanAccount, preset: Preset = PLAIN, most: str = "1", symbol: str = "EURUSD") -> object:
    return one_click_open(symbol, Side.BUY, preset, one.view(), D(most), "intent-1")


def later(at: Instant, seconds: float) -> Instant:
    return Instant(at.monotonic + seconds, at.boot + seconds, at.wall + seconds)


# --- what goes ---


def test_a_preset_is_drafted_at_the_prices_of_now() -> None:
    draft = opens(an_account(), Preset(Lots(D("0.20")), InPips(D(30)), None))
    assert isinstance(draft, OrderDraft)
    assert draft.intent == OpenIntent(
        "intent-1", "EURUSD", Side.BUY, D("0.20"), D("1.08221"), D("1.07921"), None
    )


def test_a_position_is_closed_whole() -> None:
    one = an_account([LONG])
    draft = one_click_close(LONG, one.view(), D("0.01"), "intent-1")
    assert isinstance(draft, OrderDraft)  # the cap is on what opens
    assert draft.intent == CloseIntent("intent-1", 7, "EURUSD", Side.BUY, D("0.50"), D("0.50"))


def test_more_lots_than_the_cap_do_not_go() -> None:
    assert isinstance(opens(an_account(), PLAIN, "0.10"), OrderDraft)
    assert opens(an_account(), PLAIN, "0.09") == NoOneClick(
        "0.10 lots of EURUSD are more than one-click trading may open: "
        "0.09 at most (one_click_lots in the config)."
    )


def test_what_a_review_would_warn_of_does_not_go() -> None:
    one = an_account()
    one.desk.also = (Problem("Something to read first.", False, None),)
    assert opens(one) == NoOneClick("Something to read first.")
    near = Preset(RiskPercent(D(1)), InPips(D("0.5")), None)
    said = opens(an_account(), near, "100")
    assert isinstance(said, NoOneClick)


def test_what_is_wrong_is_said_as_the_ticket_says_it() -> None:
    said = opens(an_account(), default_preset(D("0.105")))
    assert isinstance(said, NoOneClick)
    assert "0.105" in said.sentence


def test_no_order_goes_by_an_old_price_or_none() -> None:
    one = an_account(quoted=())
    assert isinstance(opens(one), NoOneClick)
    lost = an_account()
    lost.store.apply(StreamDown("the line is cut", 1.0))
    assert isinstance(opens(lost), NoOneClick)


# --- how long it is armed ---


def test_it_stays_armed_while_it_is_used() -> None:
    one = an_account()
    armed = OneClickArmed(D(1), one.clock.now())
    almost = later(armed.used, IDLE_SECONDS - 1)
    assert looked_at(armed, one.store, almost) == armed
    assert looked_at(armed, one.store, later(almost, 1)) == OneClickOff(
        "no order was sent by it for 10 minutes"
    )
    used = replace(armed, used=almost)
    assert looked_at(used, one.store, later(almost, 1)) == used


@pytest.mark.parametrize(
    ("trading", "why"),
    [
        (TradingLocked("you locked it"), "trading is locked: you locked it"),
        (
            TradingCloseOnly("the kill switch was pressed"),
            "new orders are blocked: the kill switch was pressed",
        ),
        (TradingReadOnly("this key may only read"), "this key may only read"),
    ],
)
def test_a_lock_ends_it(trading: Trading, why: str) -> None:
    one = an_account()
    one.store.apply(TradingChanged(trading))
    assert trouble(one.store) == why
    assert looked_at(OneClickArmed(D(1), one.clock.now()), one.store, one.clock.now()) == OneClickOff(why)


def test_a_lost_line_ends_it() -> None:
    one = an_account()
    assert trouble(one.store) is None
    one.store.apply(StreamDown("the line is cut", 1.0))
    ended = looked_at(OneClickArmed(D(1), one.clock.now()), one.store, one.clock.now())
    assert isinstance(ended, OneClickOff)
    assert ended.ended


# --- a held key is one order ---


def counted(times: list[float]) -> int:
    held, presses = HeldKey(), 0
    for at in times:
        held, counts = held.struck("shift+f5", at)
        presses += counts
    return presses


@pytest.mark.parametrize("delay", [0.25, 0.4, 0.5, 0.66, 1.0])
def test_a_held_key_is_one_order(delay: float) -> None:
    assert counted([5.0, *(5.0 + delay + 0.03 * i for i in range(2000))]) == 1


@given(
    delay=st.floats(0.25, 1.0),
    stalls=st.lists(st.tuples(st.integers(1, 200), st.floats(0.0, 1.5)), max_size=6),
)
def test_a_held_key_is_one_order_over_a_line_that_stalls(
    delay: float, stalls: list[tuple[int, float]]
) -> None:
    """A line that stalls holds keys back and then delivers them at once."""
    times, at = [0.0], delay
    for repeats, stall in stalls:
        times += [at + 0.03 * i for i in range(repeats)]
        at = times[-1] + stall + 0.03
        times += [at] * int(stall / 0.03)
    assert counted(times) == 1


def test_presses_of_ones_own_count_each() -> None:
    assert counted([1.0, 2.2, 3.4]) == 3
    held, first = HeldKey().struck("shift+f5", 1.0)
    _, other = held.struck("shift+f8", 1.05)
    assert first
    assert other
