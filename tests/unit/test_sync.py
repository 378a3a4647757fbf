"""The store kept true against a server that answers, fails, refuses and storms."""

from decimal import Decimal

from tests.unit.sync_terminal import ACCOUNT, KEY, PRICE, UNAUTHORIZED, Terminal, by_leaps, deal, euro_long
from xbtfx_tui.api.weight_budget import Use
from xbtfx_tui.domain.failures import BridgeDown, RateLimited
from xbtfx_tui.domain.positions import HistoryPeriod
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import (
    Dialect,
    PositionOpened,
    PositionUpdated,
    QuotesSeen,
    StreamDown,
    StreamRefused,
    StreamUp,
    TradingChanged,
    TradingLocked,
    TradingOpen,
)
from xbtfx_tui.store.feed_state import FeedRefused
from xbtfx_tui.sync.poll_timer import HEAD_START


@by_leaps
async def test_at_the_start_the_key_comes_first_and_then_everything() -> None:
    async with Terminal() as terminal:
        await terminal.runs(1)
        asked = [what for _, what in terminal.server.requests]
        assert asked[0] == "key"
        assert set(asked) == {"key", "account", "positions", "orders", "symbols"}
        assert terminal.store.key == KEY
        assert terminal.store.account == ACCOUNT
        assert terminal.stream.running


@by_leaps
async def test_the_first_reads_leave_the_machine_to_the_stream_until_a_price_has_come() -> None:
    async with Terminal() as terminal:
        terminal.sync.need_spec("EURUSD")
        terminal.sync.read_history(HistoryPeriod.TODAY)
        await terminal.runs(0.05)
        assert terminal.server.requests == []
        terminal.sync.on_event(StreamUp(Dialect.CURRENT))
        terminal.sync.on_event(QuotesSeen((Quote("EURUSD", 1.1, 1.2),), terminal.clock.now()))
        await terminal.runs(0.05)  # within the head start: the price was heard
        assert {"key", "spec EURUSD"} <= set(terminal.server.count())


@by_leaps
async def test_a_stream_that_says_nothing_keeps_no_read_waiting_for_long() -> None:
    async with Terminal() as terminal:
        await terminal.runs(HEAD_START + 0.01)
        assert terminal.server.count()["key"] == 1


@by_leaps
async def test_polls_keep_their_pace() -> None:
    async with Terminal() as terminal:
        await terminal.runs(60)
        count = terminal.server.count()
        assert 28 <= count["account"] <= 31
        assert count["positions"] == count["orders"] == 4
        assert count["symbols"] == count["key"] == 1


@by_leaps
async def test_after_a_reconnect_positions_orders_and_account_are_read_at_once() -> None:
    async with Terminal() as terminal:
        await terminal.runs(5)
        terminal.forgets_requests()
        terminal.sync.on_event(StreamUp(Dialect.CURRENT))
        await terminal.runs(0.1)
        assert set(terminal.server.count()) == {"positions", "orders", "account", "last_3_days"}


@by_leaps
async def test_deals_that_a_lost_stream_did_not_tell_are_read_when_it_is_back() -> None:
    async with Terminal() as terminal:
        await terminal.runs(5)
        terminal.sync.on_event(StreamDown("cut", 1.0))
        terminal.forgets_requests()
        terminal.sync.on_event(StreamUp(Dialect.CURRENT))
        await terminal.runs(0.1)
        assert set(terminal.server.count()) == {"positions", "orders", "account", "today", "last_3_days"}


@by_leaps
async def test_a_doubt_does_not_wait_behind_a_poll_that_waits_for_the_budget() -> None:
    async with Terminal() as terminal:
        terminal.server.stuck = {("positions", Use.POLL)}
        terminal.server.held = (euro_long(),)
        await terminal.runs(3)
        assert not terminal.store.positions
        terminal.sync.read_again()
        await terminal.runs(0.1)
        assert set(terminal.store.positions) == {7}


@by_leaps
async def test_asking_again_during_a_read_leads_to_another_one() -> None:
    async with Terminal() as terminal:
        await terminal.runs(5)
        terminal.forgets_requests()
        terminal.sync.read_again()
        await terminal.runs(0.005)
        terminal.sync.read_again()
        terminal.sync.read_again()
        await terminal.runs(1)
        assert terminal.server.count()["positions"] == 2


@by_leaps
async def test_what_the_stream_tells_while_a_read_is_on_its_way_is_kept() -> None:
    async with Terminal() as terminal:
        terminal.server.held = (euro_long(),)
        await terminal.runs(5)
        terminal.sync.read_again()
        await terminal.runs(0.005)
        terminal.sync.on_event(PositionUpdated(7, Decimal(5), PRICE))
        await terminal.runs(0.5)
        assert terminal.store.positions[7].profit == Decimal(5)


@by_leaps
async def test_profit_ticks_cause_no_reads_but_a_deal_does() -> None:
    async with Terminal() as terminal:
        terminal.server.held = (euro_long(),)
        await terminal.runs(3)
        terminal.forgets_requests()
        for _ in range(50):
            terminal.sync.on_event(PositionUpdated(7, Decimal(1), PRICE))
            await terminal.runs(0.02)
        assert terminal.server.count()["positions"] == 0
        terminal.sync.on_event(deal(1))
        await terminal.runs(0.4)
        assert terminal.server.count()["positions"] == 1


@by_leaps
async def test_a_storm_of_deals_reads_once_a_second_at_most() -> None:
    async with Terminal() as terminal:
        await terminal.runs(1)
        terminal.forgets_requests()
        for number in range(500):
            terminal.sync.on_event(deal(number))
            await terminal.runs(0.02)
        assert 8 <= terminal.server.count()["positions"] <= 13
        assert terminal.server.count()["today"] <= 6


@by_leaps
async def test_an_update_of_an_unknown_position_is_looked_into_once() -> None:
    async with Terminal() as terminal:
        await terminal.runs(3)
        terminal.forgets_requests()
        for _ in range(20):
            terminal.sync.on_event(PositionUpdated(99, Decimal(1), PRICE))
            await terminal.runs(0.2)
        assert terminal.server.count()["positions"] == 1


@by_leaps
async def test_a_new_position_of_the_stream_gets_its_detail_and_its_spec() -> None:
    async with Terminal() as terminal:
        await terminal.runs(3)
        terminal.server.held = (euro_long(),)
        terminal.sync.on_event(PositionOpened(7, "EURUSD", Side.BUY, Decimal("0.10"), PRICE))
        assert terminal.stream.wanted == (frozenset({"EURUSD"}), None)
        assert terminal.stream.first == {"EURUSD"}
        terminal.forgets_requests()
        await terminal.runs(0.5)
        assert {"positions", "spec EURUSD"} <= set(terminal.server.count())
        assert "EURUSD" in terminal.store.specs


@by_leaps
async def test_a_failing_read_backs_off_and_never_stops() -> None:
    async with Terminal() as terminal:
        terminal.server.failing["account"] = BridgeDown()
        await terminal.runs(100)
        assert [round(at) for at in terminal.server.times("account")] == [0, 2, 6, 14, 30, 60, 90]
        assert len([text for text in terminal.texts() if "could not be read" in text]) == 1
        terminal.server.failing.clear()
        await terminal.runs(31)
        assert terminal.store.account == ACCOUNT
        assert terminal.texts()[-1] == "The account's figures are read again."
        assert terminal.server.count()["positions"] > 5


@by_leaps
async def test_a_429_is_waited_out_even_by_what_is_urgent() -> None:
    async with Terminal() as terminal:
        await terminal.runs(1)
        terminal.server.failing = {"positions": RateLimited(7), "orders": RateLimited(7)}
        terminal.sync.read_again()
        await terminal.runs(0.1)
        terminal.forgets_requests()
        for _ in range(10):
            terminal.sync.read_again()
            await terminal.runs(0.6)
        assert terminal.server.count()["positions"] == 0
        terminal.server.failing.clear()
        await terminal.runs(2)
        assert terminal.server.count()["positions"] >= 1


@by_leaps
async def test_a_refused_key_ends_all_asking_and_says_so() -> None:
    async with Terminal() as terminal:
        terminal.server.failing["key"] = UNAUTHORIZED
        await terminal.runs(100)
        assert terminal.server.count() == {"key": 1}
        assert terminal.store.feed == FeedRefused("unknown key")
        assert "refused the key: unknown key" in terminal.texts()[-1]
        assert not terminal.stream.running


@by_leaps
async def test_a_key_revoked_in_mid_session_locks_trading_and_ends_all_asking() -> None:
    async with Terminal() as terminal:
        await terminal.runs(3)
        terminal.store.apply(TradingChanged(TradingOpen()))
        terminal.server.failing = dict.fromkeys(("key", "account", "positions", "orders"), UNAUTHORIZED)
        await terminal.runs(5)
        assert terminal.store.trading == TradingLocked("the server refused the key")
        assert isinstance(terminal.store.feed, FeedRefused)
        terminal.forgets_requests()
        terminal.sync.read_again()
        terminal.sync.need_spec("EURUSD")
        await terminal.runs(100)
        assert not terminal.server.requests


@by_leaps
async def test_a_stream_that_refuses_a_key_which_rest_takes_leaves_rest_going() -> None:
    async with Terminal() as terminal:
        await terminal.runs(3)
        terminal.sync.on_event(StreamRefused("too many connections"))
        terminal.forgets_requests()
        await terminal.runs(10)
        assert terminal.server.count()["key"] == 1
        assert terminal.server.count()["account"] >= 4


@by_leaps
async def test_an_unreachable_key_check_holds_nothing_up() -> None:
    async with Terminal() as terminal:
        terminal.server.failing["key"] = BridgeDown()
        await terminal.runs(3)
        assert terminal.store.account == ACCOUNT
        assert terminal.store.key is None
        terminal.server.failing.clear()
        await terminal.runs(10)
        assert terminal.store.key == KEY


@by_leaps
async def test_a_spec_is_read_for_a_fresh_price_but_not_over_and_over() -> None:
    async with Terminal() as terminal:
        terminal.sync.on_event(StreamUp(Dialect.CURRENT))
        for _ in range(10):
            terminal.sync.need_spec("EURUSD")
            await terminal.runs(0.1)
        assert terminal.server.count()["spec EURUSD"] == 1
        terminal.sync.need_spec("EURUSD")
        await terminal.runs(10)
        assert len(terminal.server.times("spec EURUSD")) == 1
        terminal.sync.need_spec("EURUSD")
        await terminal.runs(1)
        assert len(terminal.server.times("spec EURUSD")) == 2
        terminal.sync.on_event(QuotesSeen((Quote("EURUSD", 1.1, 1.2),), terminal.clock.now()))
        terminal.sync.need_spec("EURUSD")
        await terminal.runs(5)
        assert len(terminal.server.times("spec EURUSD")) == 2


@by_leaps
async def test_the_spec_of_a_closed_market_is_read_again_each_minute_while_it_is_wanted() -> None:
    async with Terminal() as terminal:
        terminal.server.shut = True
        terminal.sync.need_spec("EURUSD")
        await terminal.runs(59)
        assert len(terminal.server.times("spec EURUSD")) == 1
        for _ in range(10):
            terminal.sync.need_spec("EURUSD")
        await terminal.runs(2)
        assert len(terminal.server.times("spec EURUSD")) == 2
        terminal.server.shut = False
        await terminal.runs(60)
        assert len(terminal.server.times("spec EURUSD")) == 3
        assert terminal.store.specs["EURUSD"].tradeable
        await terminal.runs(300)
        assert len(terminal.server.times("spec EURUSD")) == 3


@by_leaps
async def test_a_spec_on_screen_is_read_each_hour() -> None:
    async with Terminal() as terminal:
        terminal.sync.look_at(frozenset({"EURUSD"}), None)
        terminal.sync.need_spec("EURUSD")
        await terminal.runs(2 * 3600 + 60)
        assert [round(at / 3600) for at in terminal.server.times("spec EURUSD")] == [0, 1, 2]


@by_leaps
async def test_the_spec_of_a_closed_market_that_nobody_wants_any_more_is_let_be() -> None:
    async with Terminal() as terminal:
        terminal.server.shut = True
        terminal.sync.need_spec("EURUSD")
        await terminal.runs(600)
        assert len(terminal.server.times("spec EURUSD")) <= 3


@by_leaps
async def test_while_the_stream_is_away_a_spec_is_read_every_two_seconds_at_most() -> None:
    async with Terminal() as terminal:
        terminal.sync.on_event(StreamDown("connection refused", 1.0))
        for _ in range(30):
            terminal.sync.need_spec("EURUSD")
            await terminal.runs(0.1)
        assert terminal.server.times("spec EURUSD") == [0.0, 2.0]


@by_leaps
async def test_history_is_read_when_asked_and_after_deals() -> None:
    async with Terminal() as terminal:
        terminal.sync.read_history(HistoryPeriod.LAST_WEEK)
        await terminal.runs(5)
        assert HistoryPeriod.LAST_WEEK in terminal.store.history
        terminal.forgets_requests()
        terminal.sync.on_event(deal(1))
        terminal.sync.on_event(deal(2))
        await terminal.runs(5)
        count = terminal.server.count()
        assert (count["today"], count["last_week"]) == (1, 1)


@by_leaps
async def test_after_sleep_everything_is_taken_up_anew() -> None:
    async with Terminal() as terminal:
        await terminal.runs(5)
        terminal.forgets_requests()
        terminal.clock.asleep = 600.0
        await terminal.runs(1.1)
        assert terminal.slept == ["this machine slept for 600 s"]
        assert terminal.texts()[-1].startswith("This machine slept for 600 s: the stream connects anew")
        assert terminal.stream.reconnects == 1
        assert terminal.server.count()["positions"] == 1
        await terminal.runs(10)
        assert terminal.stream.reconnects == 1


@by_leaps
async def test_a_stream_that_dies_of_a_bug_locks_trading() -> None:
    terminal = Terminal()
    terminal.stream.breaks_with = KeyError("xbtfx_live_0123456789abcdef0123456789abcdef")
    async with terminal:
        terminal.store.apply(TradingChanged(TradingOpen()))
        await terminal.runs(1)
        assert terminal.store.trading == TradingLocked("the stream task failed; restart the terminal")
        assert "The stream task failed (KeyError)" in terminal.texts()[-1]
        assert "xbtfx_live" not in "".join(terminal.texts())
        assert terminal.store.account == ACCOUNT
