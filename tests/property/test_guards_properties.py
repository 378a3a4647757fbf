"""What must hold for every order and every market: the guards never fail, and never let a bad opening by."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.unit.test_guards import BUY, CLOSE, KEY, MODIFY, NOW, PART, REVERSE, VIEW
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.intents import Intent, MoveTo
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import TradingLocked, TradingOpen
from xbtfx_tui.domain.symbol_spec import TradeMode
from xbtfx_tui.orders.guards.guard_types import Limits, View
from xbtfx_tui.orders.guards.order_guards import guards

ANY = st.decimals(allow_nan=True, allow_infinity=True)
LIKELY = st.one_of(ANY, st.decimals("0.01", "60", places=2), st.decimals("1.07", "1.09", places=5))
INTENTS: st.SearchStrategy[Intent] = st.one_of(
    st.builds(
        lambda side, volume, sl, tp, comment: replace(
            BUY, side=side, volume=volume, sl=sl, tp=tp, comment=comment
        ),
        st.sampled_from(Side),
        LIKELY,
        st.none() | LIKELY,
        st.none() | LIKELY,
        st.text(max_size=30),
    ),
    st.builds(lambda volume: replace(PART, volume=volume), LIKELY),
    st.builds(
        lambda price, ticket: replace(MODIFY, sl=MoveTo(price), ticket=ticket), LIKELY, st.integers(7, 10)
    ),
    st.just(CLOSE),
    st.just(REVERSE),
)
VIEWS = st.builds(
    lambda trading, mode, net, distrust, bid: replace(
        VIEW,
        trading=trading,
        key=replace(KEY, margin_mode=net),
        spec=None if mode is None or VIEW.spec is None else replace(VIEW.spec, trade_mode=mode),
        distrust=distrust,
        bid=bid,
        ask=bid,
    ),
    st.sampled_from([TradingOpen(), TradingLocked("you locked it")]),
    st.none() | st.sampled_from(TradeMode),
    st.sampled_from(MarginMode),
    st.none() | st.just("the stream is down"),
    st.none() | st.decimals("1.07", "1.09", places=5),
)
FIELDS = {None, "volume", "sl", "tp", "comment", "symbol", "ticket", "market", "trading"}
LIMITS = st.builds(
    Limits,
    st.none() | st.decimals("0.01", "10", places=2),
    st.none() | st.decimals("0.01", "10", places=2),
    st.none() | st.integers(0, 5),
    st.none() | st.decimals("0.01", "10", places=2),
)


@given(INTENTS, VIEWS, LIMITS)
def test_the_guards_answer_in_sentences_and_let_no_bad_opening_by(
    intent: Intent, view: View, limits: Limits
) -> None:
    found = guards(intent, view, limits, NOW)
    assert [problem.blocks for problem in found] == sorted((p.blocks for p in found), reverse=True)
    for problem in found:
        assert problem.sentence.endswith(".")
        assert problem.about in {
            None,
            "volume",
            "sl",
            "tp",
            "comment",
            "symbol",
            "ticket",
            "market",
            "trading",
        }
    lets_by = not any(problem.blocks for problem in found)
    if lets_by:
        assert isinstance(view.trading, TradingOpen)
    if lets_by and isinstance(intent, type(BUY)):
        spec = view.spec
        assert spec is not None
        assert view.distrust is None
        assert spec.trade_mode not in (TradeMode.DISABLED, TradeMode.CLOSE_ONLY)
        assert Decimal("0.01") <= intent.volume <= 50
        assert intent.volume * 100 == (intent.volume * 100).to_integral_value()
        assert limits.lots_per_order is None or intent.volume <= limits.lots_per_order
        assert len(intent.comment) <= 27
        assert intent.comment.isascii()
    if lets_by and isinstance(intent, type(PART)):
        assert 0 < intent.volume <= view.positions[intent.ticket].volume
