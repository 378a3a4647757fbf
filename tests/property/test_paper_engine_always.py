"""What must hold on a paper account whatever is done to it: any commands, any prices, any hour."""

from collections import Counter, defaultdict
from datetime import timedelta
from decimal import Decimal

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.hypothesis_profiles import examples
from tests.unit.paper_engine_accounts import DEPOSITS, QUOTES, SPECS, PaperTrader
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.intents import Keep, MoveTo, Remove, StopChange
from xbtfx_tui.domain.positions import DealEntry, OrderKind
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import (
    OrderAdded,
    OrderRemoved,
    PositionClosed,
    PositionOpened,
    PositionUpdated,
)
from xbtfx_tui.paper.account.account_config import NettingStops
from xbtfx_tui.paper.account.command_results import Cause, TradeRefusal
from xbtfx_tui.paper.account.trade_requests import (
    AccountRequest,
    CloseAllRequest,
    CloseByRequest,
    CloseRequest,
    CloseSymbolRequest,
    ModifyRequest,
    ReverseRequest,
    TradeRequest,
)

LIMIT = 6
SYMBOLS = ("EURUSD", "USDJPY", "BTCUSD", "NDXUSD")
BY_REQUEST = {
    Cause.TRADE,
    Cause.CLOSE,
    Cause.MODIFY,
    Cause.CLOSE_BY,
    Cause.REVERSE,
    Cause.CLOSE_ALL,
    Cause.CLOSE_SYMBOL,
}
GOOD_LOTS = st.sampled_from(["0.01", "0.02", "0.05", "0.10", "1.00", "4.00"]).map(Decimal)
LOTS = GOOD_LOTS | st.sampled_from(["0", "0.015"]).map(Decimal)
AWAY = st.sampled_from([None, -0.2, -0.01, -0.001, 0.0, 0.001, 0.01, 0.2])
PICK = st.integers(0, LIMIT)


class PaperAccount(RuleBasedStateMachine):
    """Commands, ticks and nights in any order; a model of the ledger is kept beside the engine."""

    @initialize(
        currency=st.sampled_from(sorted(DEPOSITS)),
        mode=st.sampled_from(list(MarginMode)),
        netting_stops=st.sampled_from(list(NettingStops)),
        commission=st.sampled_from(["0", "0.00001", "3.335"]),
    )
    def open_account(
        self, currency: str, mode: MarginMode, netting_stops: NettingStops, commission: str
    ) -> None:
        self.trader = PaperTrader(
            currency, mode, max_positions=LIMIT, netting_stops=netting_stops, commission=commission
        )
        self.commission = Decimal(commission)
        self.engine = self.trader.engine
        self.requests: Counter[str] = Counter()
        self.told: dict[int, Decimal | None] = {}
        self.told_orders: set[int] = set()

    # --- what is done ------------------------------------------------------------------------------------

    @rule(symbol=st.sampled_from(SYMBOLS), side=st.sampled_from(list(Side)), lots=LOTS, sl=AWAY, tp=AWAY)
    def trades(self, symbol: str, side: Side, lots: Decimal, sl: float | None, tp: float | None) -> None:
        sl_price = self._price(symbol, sl and -abs(sl) * side.sign)
        tp_price = self._price(symbol, tp and abs(tp) * side.sign)
        self._do(TradeRequest(self._key(), symbol, side, lots, sl_price, tp_price))

    @rule(
        orders=st.lists(
            st.tuples(st.sampled_from(SYMBOLS), st.sampled_from(list(Side)), GOOD_LOTS), max_size=4
        )
    )
    def trades_at_market(self, orders: list[tuple[str, Side, Decimal]]) -> None:
        for symbol, side, lots in orders:
            self._do(TradeRequest(self._key(), symbol, side, lots))

    @precondition(lambda self: self.trader.tickets)
    @rule(pick=PICK, lots=st.none() | LOTS)
    def closes(self, pick: int, lots: Decimal | None) -> None:
        self._do(CloseRequest(self._key(), self._ticket(pick), lots))

    @rule(pick=PICK, sl=AWAY, tp=AWAY, remove=st.booleans())
    def modifies(self, pick: int, sl: float | None, tp: float | None, remove: bool) -> None:
        held = {one.ticket: one.symbol for one in self.engine.positions()}
        held |= {one.ticket: one.symbol for one in self.engine.orders()}
        ticket = self._ticket(pick, tuple(held))
        symbol = held.get(ticket, "EURUSD")

        def change(away: float | None) -> StopChange:
            price = self._price(symbol, away)
            return MoveTo(price) if price else Remove() if remove else Keep()

        self._do(ModifyRequest(self._key(), ticket, change(sl), change(tp)))

    @precondition(lambda self: len(self.trader.tickets) > 1)
    @rule(one=PICK, other=PICK)
    def closes_by(self, one: int, other: int) -> None:
        self._do(CloseByRequest(self._key(), self._ticket(one), self._ticket(other)))

    @rule(symbol=st.sampled_from(SYMBOLS), lots=st.tuples(GOOD_LOTS, GOOD_LOTS))
    def hedges_and_closes_by(self, symbol: str, lots: tuple[Decimal, Decimal]) -> None:
        for side, volume in zip(Side, lots, strict=True):
            self._do(TradeRequest(self._key(), symbol, side, volume))
        one, other = ([1, 1, *self.trader.tickets])[-2:]
        self._do(CloseByRequest(self._key(), one, other))

    @precondition(lambda self: self.trader.tickets)
    @rule(pick=PICK)
    def reverses(self, pick: int) -> None:
        self._do(ReverseRequest(self._key(), self._ticket(pick)))

    @precondition(lambda self: len(self.trader.tickets) > 2)
    @rule(symbol=st.none() | st.sampled_from(SYMBOLS))
    def closes_many(self, symbol: str | None) -> None:
        self._do(CloseSymbolRequest(self._key(), symbol) if symbol else CloseAllRequest(self._key()))

    @rule(
        kind=st.sampled_from(list(OrderKind)),
        symbol=st.sampled_from(SYMBOLS),
        lots=GOOD_LOTS,
        away=st.sampled_from([0.001, 0.01]),
        stopped=st.booleans(),
    )
    def places(self, kind: OrderKind, symbol: str, lots: Decimal, away: float, stopped: bool) -> None:
        below = kind in (OrderKind.BUY_LIMIT, OrderKind.SELL_STOP, OrderKind.SELL_STOP_LIMIT)
        price = self._price(symbol, -away if below else away) or Decimal(1)
        limit = None
        if kind in (OrderKind.BUY_STOP_LIMIT, OrderKind.SELL_STOP_LIMIT):
            limit = price - SPECS[symbol].point * 10 * kind.side.sign
        sl = price - SPECS[symbol].point * 100 * kind.side.sign if stopped else None
        now = self.trader.now
        self.engine.place_pending(kind, symbol, lots, price, now, limit_price=limit, sl=sl)

    @rule(
        symbol=st.sampled_from(SYMBOLS),
        by=st.sampled_from([-0.5, -0.05, -0.01, -0.001, 0.001, 0.01, 0.05, 1.0]),
        spread=st.integers(0, 30),
    )
    def ticks(self, symbol: str, by: float, spread: int) -> None:
        spec = SPECS[symbol]
        start = Decimal(QUOTES[symbol][0])
        bid = self._price(symbol, by) or start
        if not start / 4 < bid < start * 4:
            bid = start
        self.engine.on_tick(symbol, bid, bid + spread * spec.point, self.trader.now)

    @rule(hours=st.sampled_from([1, 12, 36]))
    def waits(self, hours: int) -> None:
        self.trader.shut.clear()
        self.trader.wait(timedelta(hours=hours))

    @rule(symbol=st.sampled_from(SYMBOLS))
    def shuts_until_the_next_wait(self, symbol: str) -> None:
        self.trader.shut = {symbol}

    # --- what must hold ----------------------------------------------------------------------------------

    @invariant()
    def balance_is_deposits_and_deals(self) -> None:
        deals = self.engine.deals()
        assert self.engine.account().balance == self.engine.deposits + sum(deal.profit for deal in deals)

    @invariant()
    def a_deal_that_opens_costs_its_commission_and_nothing_else(self) -> None:
        for deal in self.engine.deals():
            if deal.entry is DealEntry.IN:
                assert deal.profit == -self.engine.state.money(self.commission * deal.volume)

    @invariant()
    def equity_is_balance_and_floating(self) -> None:
        account, positions = self.engine.account(), self.engine.positions()
        floating = sum((held.profit + held.swap for held in positions), Decimal(0))
        assert account.profit == floating
        assert account.equity == account.balance + floating
        assert account.margin_free == account.equity - account.margin
        assert account.margin >= 0
        assert bool(positions) or account.margin == 0

    @invariant()
    def volume_is_conserved(self) -> None:
        """Signed by side, a symbol's deals sum up to what is open; on hedging position by position."""
        net: dict[str, Decimal] = defaultdict(Decimal)
        each: dict[int | None, Decimal] = defaultdict(Decimal)
        for deal in self.engine.deals():
            net[deal.symbol] += deal.volume * deal.side.sign
            each[deal.position] += deal.volume * deal.side.sign
        for held in self.engine.positions():
            assert held.volume > 0
            net[held.symbol] -= held.volume * held.side.sign
            if self.engine.config.margin_mode is MarginMode.HEDGING:
                each[held.ticket] -= held.volume * held.side.sign
        assert not any(net.values())
        if self.engine.config.margin_mode is MarginMode.HEDGING:
            assert not any(each.values())

    @invariant()
    def positions_live_as_their_mode_says(self) -> None:
        positions = self.engine.positions()
        assert len(positions) <= LIMIT
        if self.engine.config.margin_mode is MarginMode.NETTING:
            assert len({held.symbol for held in positions}) == len(positions)
        else:
            assert {deal.entry for deal in self.engine.deals()} <= set(DealEntry) - {DealEntry.IN_OUT}

    @invariant()
    def no_ticket_is_given_twice(self) -> None:
        deals = [deal.ticket for deal in self.engine.deals()]
        assert len(set(deals)) == len(deals)
        openings = Counter(
            deal.position for deal in self.engine.deals() if deal.entry is DealEntry.IN
        ).most_common(1)
        if self.engine.config.margin_mode is MarginMode.HEDGING and openings:
            assert openings[0][1] == 1

    @invariant()
    def every_request_is_executed_as_often_as_it_was_carried_out(self) -> None:
        executed = Counter(run.request_id for run in self.engine.executions if run.request_id is not None)
        assert executed == self.requests
        assert all(
            (run.request_id is not None) is (run.cause in BY_REQUEST) for run in self.engine.executions
        )

    @invariant()
    def every_deal_belongs_to_one_execution(self) -> None:
        listed = [ticket for run in self.engine.executions for ticket in run.deals]
        assert sorted(listed) == [deal.ticket for deal in self.engine.deals()]

    @invariant()
    def the_events_tell_the_positions_and_orders(self) -> None:
        """Who reads the events alone knows every position, its volume, and every order."""
        for event in self.engine.take_events():
            match event:
                case PositionOpened(ticket, volume=volume):
                    assert ticket not in self.told
                    self.told[ticket] = volume
                case PositionUpdated(ticket, volume=volume):
                    self.told[ticket] = volume or self.told[ticket]
                case PositionClosed(ticket):
                    del self.told[ticket]
                case OrderAdded(order):
                    assert order.ticket not in self.told_orders
                    self.told_orders.add(order.ticket)
                case OrderRemoved(ticket):
                    self.told_orders.remove(ticket)
        assert self.told == {held.ticket: held.volume for held in self.engine.positions()}
        assert self.told_orders == {order.ticket for order in self.engine.orders()}

    @invariant()
    def only_open_positions_move(self) -> None:
        moves = {move.ticket: (move.price_current, move.profit) for move in self.engine.take_moves()}
        shown = {held.ticket: (held.price_current, held.profit) for held in self.engine.positions()}
        assert moves.items() <= shown.items()

    @invariant()
    def what_is_shown_is_worth_the_current_price(self) -> None:
        for held in self.engine.positions():
            bid, ask = self.engine.quote(held.symbol) or (None, None)
            assert held.price_current == (bid if held.side is Side.BUY else ask)
            state = self.engine.state
            worth = state.profit(held.symbol, held.side, held.price_open, held.price_current, held.volume)
            assert held.profit == worth

    # --- by what -----------------------------------------------------------------------------------------

    def _key(self) -> str:
        return f"request-{sum(self.requests.values())}-{len(self.engine.executions)}"

    def _ticket(self, pick: int, tickets: tuple[int, ...] | None = None) -> int:
        held = self.trader.tickets if tickets is None else tickets
        return held[pick % len(held)] if held and pick < LIMIT else 1

    def _price(self, symbol: str, away: float | None) -> Decimal | None:
        if away is None:
            return None
        bid, _ = self.engine.quote(symbol) or (Decimal(1), Decimal(1))
        return (bid * (1 + Decimal(str(away)))).quantize(SPECS[symbol].point)

    def _carry_out(self, command: AccountRequest) -> object:
        engine, now = self.engine, self.trader.now
        match command:
            case TradeRequest():
                return engine.trade(command, now)
            case CloseRequest():
                return engine.close(command, now)
            case ModifyRequest():
                return engine.modify(command, now)
            case CloseByRequest():
                return engine.close_by(command, now)
            case ReverseRequest():
                return engine.reverse(command, now)
            case CloseAllRequest():
                return engine.close_all(command, now)
            case CloseSymbolRequest():
                return engine.close_symbol(command, now)

    def _do(self, command: AccountRequest) -> None:
        """Carry a command out; a refusal must have been foretold by the check, and must change nothing."""
        engine, now = self.engine, self.trader.now
        foretold = engine.check(command, now)
        before = engine.account(), engine.positions(), engine.deals(), len(engine.executions)
        answer = self._carry_out(command)
        if isinstance(answer, TradeRefusal):
            assert answer == foretold
            assert before == (engine.account(), engine.positions(), engine.deals(), len(engine.executions))
        else:
            assert foretold is None
            self.requests[command.request_id] += 1


PaperAccount.TestCase.settings = settings(
    max_examples=examples(250),
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


TestPaperAccount = PaperAccount.TestCase
