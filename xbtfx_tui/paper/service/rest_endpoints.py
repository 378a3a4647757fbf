"""The fourteen endpoints: a call in, a reply out, by way of the engine. Knows no HTTP beyond status and body.

Keys, permissions, weights, the budget and the idempotency cache are request_admission.py's; what arrives
here may execute.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeAlias, TypeVar

import msgspec

from xbtfx_tui.domain.intents import Keep, MoveTo, Remove, StopChange
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.paper.account import trade_requests
from xbtfx_tui.paper.account.command_results import HalfReversedResult, RefusalCode, TradeRefusal
from xbtfx_tui.paper.exchange_options import Fills, SettledOptions
from xbtfx_tui.paper.paper_exchange import Deferred, Exchange
from xbtfx_tui.paper.service import api_rows
from xbtfx_tui.paper.service.fault_hooks import Faults, IncomingCall
from xbtfx_tui.paper.service.history_periods import asked_stretch
from xbtfx_tui.paper.service.http_replies import ApiError, Reply, reply
from xbtfx_tui.paper.service.json_bodies import BodyError, Fields

Handler: TypeAlias = Callable[[IncomingCall], Reply | Awaitable[Reply]]
_Done = TypeVar("_Done")


class Endpoint(msgspec.Struct, frozen=True):
    """One line of the API's table. A POST is one that trades: it needs the trade permission."""

    method: str
    path: str
    weight: int
    handle: Handler


class Endpoints:
    """The endpoints over one exchange. Account figures are repeated for `account_cache` seconds."""

    def __init__(
        self, exchange: Exchange, settled: SettledOptions, faults: Faults, account_cache: float
    ) -> None:
        self._exchange = exchange
        self._engine = exchange.engine
        self._settled = settled
        self._form = settled.options.form
        self._faults = faults
        self._account_cache = account_cache
        self._account: tuple[float, Reply] | None = None

    def table(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint("GET", "/v1/auth/status", 1, self._key_status),
            Endpoint("GET", "/v1/account", 1, self._account_figures),
            Endpoint("GET", "/v1/symbols", 2, self._symbols),
            Endpoint("GET", "/v1/symbols/{symbol}", 1, self._symbol),
            Endpoint("GET", "/v1/positions", 1, self._positions),
            Endpoint("GET", "/v1/orders", 1, self._orders),
            Endpoint("GET", "/v1/history", 2, self._history),
            Endpoint("POST", "/v1/trade", 1, self._trade),
            Endpoint("POST", "/v1/close", 1, self._close),
            Endpoint("POST", "/v1/modify", 1, self._modify),
            Endpoint("POST", "/v1/close-by", 1, self._close_by),
            Endpoint("POST", "/v1/reverse", 2, self._reverse),
            Endpoint("POST", "/v1/close-all", 10, self._close_all),
            Endpoint("POST", "/v1/close-symbol", 10, self._close_symbol),
        )

    # --- reading ---------------------------------------------------------------------------------------

    def _key_status(self, call: IncomingCall) -> Reply:
        options = self._settled.options
        return reply(api_rows.key_row(self._engine.account(), options.tier, options.permissions, self._form))

    def _account_figures(self, call: IncomingCall) -> Reply:
        now = self._exchange.clock.monotonic()
        if self._account is None or now - self._account[0] >= self._account_cache:
            self._account = now, reply(api_rows.account_row(self._engine.account(), self._form))
        return self._account[1]

    def _symbols(self, call: IncomingCall) -> Reply:
        market = self._exchange.market
        rows = [
            api_rows.symbol_row(spec, market.quote_of(name), market.spread_points(name))
            for name, spec in market.specs.items()
        ]
        return reply({"symbols": rows, "count": len(rows)})

    def _symbol(self, call: IncomingCall) -> Reply:
        name = call.params["symbol"]
        market = self._exchange.market
        spec = market.specs.get(name)
        if spec is None:
            raise ApiError(400, "invalid_symbol", f"There is no symbol {name!r}. Names are case-sensitive.")
        value = self._exchange.tick_value(spec, self._settled.options.currency)
        row = api_rows.spec_row(
            spec,
            market.quote_of(name),
            market.spread_points(name),
            is_open=market.is_open(name, self._exchange.now()),
            tick_value=value,
            form=self._form,
        )
        return reply(row)

    def _positions(self, call: IncomingCall) -> Reply:
        symbol = call.query.get("symbol")
        if symbol is not None and symbol not in self._exchange.specs:
            raise ApiError(400, "invalid_symbol", f"There is no symbol {symbol!r}. Names are case-sensitive.")
        rows = [api_rows.position_row(position) for position in self._engine.positions(symbol)]
        return reply({"positions": rows, "count": len(rows)})

    def _orders(self, call: IncomingCall) -> Reply:
        rows = [api_rows.order_row(order) for order in self._engine.orders()]
        return reply({"orders": rows, "count": len(rows)})

    def _history(self, call: IncomingCall) -> Reply:
        ahead = timedelta(seconds=self._settled.options.broker_offset)
        start, end = asked_stretch(call.query, self._exchange.now() + ahead)
        deals = self._engine.deals(start and start - ahead, end and end - ahead)
        rows = [api_rows.deal_row(deal, self._form, ahead) for deal in deals]
        return reply({"deals": rows, "count": len(rows)})

    # --- trading ---------------------------------------------------------------------------------------

    def _trade(self, call: IncomingCall) -> Reply:
        fields = Fields(call.body)
        fields.optional_number("price")  # advisory: checked to be a number and not used
        command = trade_requests.TradeRequest(
            call.request_id,
            fields.text("symbol"),
            _side(fields),
            fields.number("volume"),
            fields.stop("sl"),
            fields.stop("tp"),
            fields.comment(),
        )
        return self._answer(call, command)

    def _close(self, call: IncomingCall) -> Reply:
        fields = Fields(call.body)
        command = trade_requests.CloseRequest(
            call.request_id, fields.ticket("ticket"), fields.optional_number("volume"), fields.comment()
        )
        return self._answer(call, command)

    def _modify(self, call: IncomingCall) -> Reply:
        fields = Fields(call.body)
        sl, tp = _stop_change(fields, "sl"), _stop_change(fields, "tp")
        if isinstance(sl, Keep) and isinstance(tp, Keep):
            raise BodyError("Give sl, tp or both; 0 removes one.")
        command = trade_requests.ModifyRequest(call.request_id, fields.ticket("ticket"), sl, tp)
        _granted(self._engine.modify(command, self._exchange.now()))
        return reply(api_rows.modified_row())

    def _close_by(self, call: IncomingCall) -> Reply:
        fields = Fields(call.body)
        command = trade_requests.CloseByRequest(
            call.request_id, fields.ticket("position"), fields.ticket("position_by"), fields.comment()
        )
        _granted(self._engine.close_by(command, self._exchange.now()))
        return reply(api_rows.closed_by_row(command.position, command.position_by))

    def _reverse(self, call: IncomingCall) -> Reply:
        fields = Fields(call.body)
        command = trade_requests.ReverseRequest(call.request_id, fields.ticket("ticket"), fields.comment())
        refused = self._faults.refuse_open(call)
        opened = self._faults.reversed_volume(call)
        outcome = self._engine.reverse(command, self._exchange.now(), refused, opened)
        if isinstance(outcome, TradeRefusal):
            raise refused_as(outcome)
        if isinstance(outcome, HalfReversedResult):
            return reply(api_rows.half_reversed_row(outcome), 207)
        return reply(api_rows.reversed_row(outcome))

    def _close_all(self, call: IncomingCall) -> Reply:
        command = trade_requests.CloseAllRequest(call.request_id, Fields(call.body).comment())
        done = _granted(self._engine.close_all(command, self._exchange.now()))
        return reply(api_rows.bulk_row(done, self._form))

    def _close_symbol(self, call: IncomingCall) -> Reply:
        fields = Fields(call.body)
        command = trade_requests.CloseSymbolRequest(call.request_id, fields.text("symbol"), fields.comment())
        done = _granted(self._engine.close_symbol(command, self._exchange.now()))
        return reply(api_rows.bulk_row(done, self._form))

    # --- placed or filled --------------------------------------------------------------------------------

    def _answer(self, call: IncomingCall, command: Deferred) -> Reply:
        """Execute at once and say so, or accept, say `placed` and execute a moment later."""
        if self._faults.is_at_once(call, self._settled.options.fills is Fills.INSTANT):
            return reply(self._executed(command))
        refusal = self._engine.check(command, self._exchange.now())
        if refusal is not None:
            raise refused_as(refusal)
        placed = self._placed(command)
        delay = self._faults.fill_delay(call, self._exchange.fill_delay())
        if delay is not None:
            self._exchange.execute_later(command, delay)
        return reply(placed)

    def _executed(self, command: Deferred) -> api_rows.ApiRow:
        now, comment = self._exchange.now(), command.comment
        match command:
            case trade_requests.TradeRequest():
                return api_rows.traded_row(_granted(self._engine.trade(command, now)), comment, self._form)
            case trade_requests.CloseRequest():
                return api_rows.closed_row(_granted(self._engine.close(command, now)), comment, self._form)

    def _placed(self, command: Deferred) -> api_rows.ApiRow:
        match command:
            case trade_requests.TradeRequest():
                return api_rows.placed_trade_row(command, self._form)
            case trade_requests.CloseRequest(ticket=ticket, volume=volume, comment=comment):
                held = next(one.volume for one in self._engine.positions() if one.ticket == ticket)
                return api_rows.placed_close_row(volume or held, comment, self._form)


def _side(fields: Fields) -> Side:
    word = fields.text("side")
    if word not in {side.value for side in Side}:
        raise BodyError("side must be buy or sell.")
    return Side(word)


def _stop_change(fields: Fields, name: str) -> StopChange:
    price = fields.stop(name)
    if price is None:
        return Keep()
    return MoveTo(price) if price else Remove()


def _granted(outcome: _Done | TradeRefusal) -> _Done:
    """The outcome, where it is not a refusal; raises ApiError where it is."""
    if isinstance(outcome, TradeRefusal):
        raise refused_as(outcome)
    return outcome


def refused_as(refusal: TradeRefusal) -> ApiError:
    """The engine's refusal as the API says it, with what section 4 lists for its code."""
    more: dict[str, object] = {}
    if refusal.code is RefusalCode.REJECTED:
        more["retcode"] = refusal.retcode
    if refusal.code is RefusalCode.MARKET_CLOSED:
        more["next_open"] = refusal.next_open
    return ApiError(refusal.http_status, refusal.code.value, refusal.message, **more)
