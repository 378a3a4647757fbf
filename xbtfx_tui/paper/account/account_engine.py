"""The paper exchange's account: what it is told, what it answers, what it tells; the truth of what was done.

Sans I/O, synchronous, deterministic: it reads no clock (`now` is aware, UTC, and passed in), rolls no dice
and waits for nothing. It does not remember answers: the same request given twice is executed twice, and
the executions show it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from xbtfx_tui.domain.accounts import Account, MarginMode, margin_level_percent
from xbtfx_tui.domain.positions import Deal, OrderKind, PendingOrder, Position
from xbtfx_tui.domain.store_events import PositionUpdated
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.paper.account import hedging_fills, pending_orders, swap_rollover, trade_checks
from xbtfx_tui.paper.account.account_config import EngineConfig
from xbtfx_tui.paper.account.account_state import AccountState, IsOpen, profit_currency
from xbtfx_tui.paper.account.command_results import (
    BulkCloseResult,
    BulkCloseResultLine,
    Cause,
    Closed,
    ClosedBy,
    EngineEvent,
    Execution,
    HalfReversedResult,
    Modified,
    ReversedResult,
    Traded,
    TradeRefusal,
)
from xbtfx_tui.paper.account.fill_booking import Fill, close_at_market
from xbtfx_tui.paper.account.margin_call import MarginWatch
from xbtfx_tui.paper.account.netting_fills import add_to
from xbtfx_tui.paper.account.open_positions import HeldOrder
from xbtfx_tui.paper.account.stop_triggers import fill_order, pull_triggers
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

_TWO_PLACES = Decimal("0.01")


class Engine:
    """One account on the paper exchange."""

    def __init__(
        self, config: EngineConfig, specs: Mapping[str, SymbolSpec], is_open: IsOpen, now: datetime
    ) -> None:
        self.config = config
        self.state = AccountState(config, specs, is_open)
        self._watch = MarginWatch(self.state)
        self._next_midnight = swap_rollover.next_midnight(now)

    # --- time and prices ---------------------------------------------------------------------------------

    def on_tick(self, symbol: str, bid: Decimal, ask: Decimal, now: datetime) -> None:
        """Take a symbol's new price, and do what it sets off: stops, pending orders, margin call, stop-out.

        A symbol that nothing hangs on costs a few look-ups. Prices that can't be (not above 0, crossed)
        and symbols without a spec are passed over.
        """
        if symbol not in self.state.specs or bid <= 0 or ask < bid:
            return
        self.state.quotes[symbol] = (bid, ask)
        if now >= self._next_midnight:
            self.on_time(now)
        converted = self.state.rates.moved_by(symbol)
        held = bool(self.state.book.of(symbol))
        if held:
            self.state.revalue(symbol)
        if converted:
            held = self._revalue_converted(converted) or held
        if held or self.state.book.orders_of(symbol):
            pull_triggers(self.state, symbol, now)
            self._watch.look(now)

    def on_time(self, now: datetime) -> None:
        """Charge the swap of every midnight that has passed; call it at least once a minute."""
        while now >= self._next_midnight:
            midnight, self._next_midnight = self._next_midnight, self._next_midnight + timedelta(days=1)
            swap_rollover.roll_over(self.state, midnight)
            self._watch.look(now)

    def _revalue_converted(self, currencies: frozenset[str]) -> bool:
        """Revalue what makes its profit in these currencies; whether there was any."""
        found = False
        for symbol in self.state.book.symbols():
            if profit_currency(self.state.specs[symbol]) in currencies:
                self.state.revalue(symbol)
                found = True
        return found

    # --- commands ----------------------------------------------------------------------------------------

    def check(self, command: AccountRequest, now: datetime) -> TradeRefusal | None:
        """Whether the command would be carried out now; changes nothing.

        Of a reverse the close alone is checked, of a bulk close its form: their parts are refused one by one.
        """
        state = self.state
        match command:
            case TradeRequest():
                return trade_checks.check_trade(state, command, now)
            case CloseRequest():
                return trade_checks.check_close(state, command, now)
            case ModifyRequest():
                return trade_checks.check_modify(state, command, now)
            case CloseByRequest():
                return trade_checks.check_close_by(state, command, now)
            case ReverseRequest():
                return trade_checks.check_reverse(state, command, now)
            case CloseAllRequest():
                return trade_checks.check_comment(command.comment)
            case CloseSymbolRequest():
                return trade_checks.check_comment(command.comment) or trade_checks.check_symbol(
                    state, command.symbol
                )

    def trade(self, trade: TradeRequest, now: datetime) -> Traded | TradeRefusal:
        """Buy or sell at the market of now, after checking again."""
        if refusal := self.check(trade, now):
            return refusal
        traded = self._trade(trade, now)
        self.state.ledger.executed(
            now, Cause.TRADE, trade.request_id, (traded.position or traded.deal.order or 0,), (traded.deal,)
        )
        return traded

    def close(self, close: CloseRequest, now: datetime) -> Closed | TradeRefusal:
        """Close a position at the market of now, in full or in part."""
        closed = self._close(close, now)
        if isinstance(closed, Closed):
            self.state.ledger.executed(now, Cause.CLOSE, close.request_id, (close.ticket,), (closed.deal,))
        return closed

    def modify(self, modify: ModifyRequest, now: datetime) -> Modified | TradeRefusal:
        """Set the stops of a position or of a pending order."""
        if refusal := self.check(modify, now):
            return refusal
        book = self.state.book
        held = book.positions.get(modify.ticket) or book.orders[modify.ticket]
        held.sl = trade_checks.changed_stop(modify.sl, held.sl)
        held.tp = trade_checks.changed_stop(modify.tp, held.tp)
        if not isinstance(held, HeldOrder):
            zero = Decimal(0)
            self.state.events.append(PositionUpdated(held.ticket, sl=held.sl or zero, tp=held.tp or zero))
        self.state.ledger.executed(now, Cause.MODIFY, modify.request_id, (modify.ticket,))
        return Modified(modify.ticket)

    def close_by(self, close_by: CloseByRequest, now: datetime) -> ClosedBy | TradeRefusal:
        """Close a position by an opposite one: the smaller closes in full, the larger shrinks."""
        if refusal := self.check(close_by, now):
            return refusal
        tickets = (close_by.position, close_by.position_by)
        one, other = (self.state.book.positions[ticket] for ticket in tickets)
        done = hedging_fills.close_by(self.state, one, other, now)
        self.state.ledger.executed(now, Cause.CLOSE_BY, close_by.request_id, tickets, done.deals)
        return done

    def reverse(
        self,
        reverse: ReverseRequest,
        now: datetime,
        refuse_open: TradeRefusal | None = None,
        open_volume: Decimal | None = None,
    ) -> ReversedResult | HalfReversedResult | TradeRefusal:
        """Close a position, then open its opposite; `refuse_open` refuses the second half, `open_volume` is
        what is filled of it (lots; None = as much as was closed)."""
        closed = self._close(CloseRequest(reverse.request_id, reverse.ticket, None, reverse.comment), now)
        if isinstance(closed, TradeRefusal):
            return closed
        deal = closed.deal
        volume = deal.volume if open_volume is None else open_volume
        trade = TradeRequest(reverse.request_id, deal.symbol, deal.side, volume, comment=reverse.comment)
        refusal = refuse_open or self.check(trade, now)
        if refusal is not None:
            self.state.ledger.executed(now, Cause.REVERSE, reverse.request_id, (reverse.ticket,), (deal,))
            return HalfReversedResult(closed, refusal)
        opened = self._trade(trade, now)
        tickets = (reverse.ticket, opened.position or 0)
        self.state.ledger.executed(now, Cause.REVERSE, reverse.request_id, tickets, (deal, opened.deal))
        return ReversedResult(closed, opened)

    def close_all(self, close_all: CloseAllRequest, now: datetime) -> BulkCloseResult | TradeRefusal:
        """Close every position that can be closed."""
        if refusal := self.check(close_all, now):
            return refusal
        return self._close_these(tuple(self.state.book.positions), Cause.CLOSE_ALL, close_all, now)

    def close_symbol(self, close_symbol: CloseSymbolRequest, now: datetime) -> BulkCloseResult | TradeRefusal:
        """Close every position of a symbol that can be closed."""
        if refusal := self.check(close_symbol, now):
            return refusal
        tickets = tuple(held.ticket for held in self.state.book.of(close_symbol.symbol))
        return self._close_these(tickets, Cause.CLOSE_SYMBOL, close_symbol, now)

    def fill_rest(self, first: Execution, volume: Decimal, now: datetime) -> None:
        """Fill so much more of an order of which `first` was done: what a close left, more of a position, or
        on a netting account more of the order's own side. It is no order of its own; what can't be done any
        more is not."""
        if first.request_id is None or not first.tickets or not first.deals:
            return
        held = self.state.book.positions.get(first.tickets[-1])
        if first.cause is Cause.CLOSE:
            if held is None:
                return
            closed = self._close(CloseRequest(first.request_id, held.ticket, min(volume, held.volume)), now)
            if isinstance(closed, TradeRefusal):
                return
            ticket, deal = held.ticket, closed.deal
        elif self.config.margin_mode is MarginMode.NETTING:
            part = next(one for one in self.deals() if one.ticket == first.deals[-1])
            price = self.state.opening_price(part.symbol, part.side)
            order = part.order or self.state.book.new_order_ticket()
            done = fill_order(self.state, Fill(part.symbol, part.side, volume, price, order, now))
            ticket, deal = done.position or first.tickets[-1], done.deal
        elif held is None:
            return
        else:
            price = self.state.opening_price(held.symbol, held.side)
            fill = Fill(held.symbol, held.side, volume, price, held.identifier, now, held.sl, held.tp)
            ticket, deal = held.ticket, add_to(self.state, held, fill).deal
        self.state.ledger.executed(now, Cause.REST, first.request_id, (ticket,), (deal,))

    def place_pending(
        self,
        kind: OrderKind,
        symbol: str,
        volume: Decimal,
        price: Decimal,
        now: datetime,
        *,
        limit_price: Decimal | None = None,
        sl: Decimal | None = None,
        tp: Decimal | None = None,
    ) -> PendingOrder | TradeRefusal:
        """Place a pending order; a stop-limit has `limit_price`, the limit it turns into at `price`."""
        order = HeldOrder(0, symbol, kind, volume, price, limit_price, sl or None, tp or None)
        return pending_orders.place(self.state, order, now)

    def _trade(self, trade: TradeRequest, now: datetime) -> Traded:
        fill = Fill(
            symbol=trade.symbol,
            side=trade.side,
            volume=trade.volume,
            price=self.state.opening_price(trade.symbol, trade.side),
            order=self.state.book.new_order_ticket(),
            at=now,
            sl=trade.sl or None,
            tp=trade.tp or None,
        )
        return fill_order(self.state, fill)

    def _close(self, close: CloseRequest, now: datetime) -> Closed | TradeRefusal:
        if refusal := trade_checks.check_close(self.state, close, now):
            return refusal
        held = self.state.book.positions[close.ticket]
        return close_at_market(self.state, held, close.volume or held.volume, now)

    def _close_these(
        self,
        tickets: tuple[int, ...],
        cause: Cause,
        command: CloseAllRequest | CloseSymbolRequest,
        now: datetime,
    ) -> BulkCloseResult:
        lines = tuple(
            BulkCloseResultLine(
                ticket, self._close(CloseRequest(command.request_id, ticket, None, command.comment), now)
            )
            for ticket in sorted(tickets)
        )
        deals = tuple(line.outcome.deal for line in lines if isinstance(line.outcome, Closed))
        self.state.ledger.executed(now, cause, command.request_id, sorted(tickets), deals)
        return BulkCloseResult(lines)

    # --- what is -----------------------------------------------------------------------------------------

    def account(self) -> Account:
        """The account's figures: `profit` is all positions' profit and swap; equity = balance + profit."""
        state = self.state
        equity, margin = state.equity, state.book.margin
        level = margin_level_percent(equity, margin)
        return Account(
            login=self.config.login,
            balance=state.ledger.balance,
            equity=equity,
            margin=margin,
            margin_free=equity - margin,
            profit=state.book.floating,
            leverage=self.config.leverage,
            margin_mode=self.config.margin_mode,
            currency=self.config.currency,
            margin_level=None if level is None else level.quantize(_TWO_PLACES),
            server=self.config.server,
        )

    def positions(self, symbol: str | None = None) -> tuple[Position, ...]:
        """The open positions, of one symbol or all, the oldest ticket first."""
        held = self.state.book.positions.values() if symbol is None else self.state.book.of(symbol)
        return tuple(sorted((one.shown() for one in held), key=lambda one: one.ticket))

    def orders(self) -> tuple[PendingOrder, ...]:
        """The pending orders, the oldest first."""
        return tuple(order.shown() for order in self.state.book.orders.values())

    def deals(self, start: datetime | None = None, end: datetime | None = None) -> tuple[Deal, ...]:
        """The deals with start <= time < end (aware, UTC), oldest first."""
        return self.state.ledger.deals(start, end)

    @property
    def deposits(self) -> Decimal:
        return self.state.ledger.deposits

    @property
    def executions(self) -> Sequence[Execution]:
        """Everything that was executed, in order."""
        return self.state.ledger.executions

    def executions_of(self, request_id: str) -> tuple[Execution, ...]:
        """What one request caused; more than one says that it was executed twice."""
        return tuple(one for one in self.executions if one.request_id == request_id)

    def quote(self, symbol: str) -> tuple[Decimal, Decimal] | None:
        """The last bid and ask, None before the first tick."""
        return self.state.quotes.get(symbol)

    # --- what it tells -----------------------------------------------------------------------------------

    def take_events(self) -> list[EngineEvent]:
        """What happened since the last call, in order, each told once."""
        events, self.state.events = self.state.events, []
        return events

    def take_moves(self) -> tuple[PositionUpdated, ...]:
        """The positions whose price or profit moved since the last call; the caller sets the pace."""
        return tuple(
            PositionUpdated(held.ticket, held.profit, held.price_current)
            for held in self.state.book.take_moved()
        )
