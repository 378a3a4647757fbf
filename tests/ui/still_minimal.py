"""The still account as a server of the minimal form tells it: written by the exchange, read by the wire.

So nothing stands here that such a server does not tell, and nothing has to be kept in step by hand.
"""

from collections.abc import Mapping
from decimal import Decimal

from xbtfx_tui.domain.accounts import Account
from xbtfx_tui.domain.positions import Deal
from xbtfx_tui.domain.symbol_spec import SymbolRow, SymbolSpec
from xbtfx_tui.paper.exchange_options import ApiForm
from xbtfx_tui.paper.market.paper_market import Tick
from xbtfx_tui.paper.service import api_rows
from xbtfx_tui.paper.service.json_bodies import write_json
from xbtfx_tui.wire.get_responses import read_account, read_history
from xbtfx_tui.wire.symbol_responses import read_symbol, read_symbols

Prices = Mapping[str, tuple[float, float]]


def minimal_specs(specs: tuple[SymbolSpec, ...], prices: Prices) -> tuple[SymbolSpec, ...]:
    """The specs without path, calc_mode, tick, margin rates and sessions."""
    return tuple(read_symbol(_spec_body(spec, prices)) for spec in specs)


def minimal_rows(specs: tuple[SymbolSpec, ...], prices: Prices) -> tuple[SymbolRow, ...]:
    """The list of symbols, without descriptions and paths."""
    rows = [api_rows.symbol_row(spec, _tick(spec, prices), _points(spec, prices)) for spec in specs]
    return read_symbols(write_json({"symbols": rows, "count": len(rows)}))


def minimal_account(account: Account) -> Account:
    """The account without its currency, margin level and server."""
    return read_account(write_json(api_rows.account_row(account, ApiForm.MINIMAL)))


def minimal_deals(deals: tuple[Deal, ...]) -> tuple[Deal, ...]:
    """The deals with their times to the second."""
    rows = [api_rows.deal_row(deal, ApiForm.MINIMAL) for deal in deals]
    read = read_history(write_json({"deals": rows, "count": len(rows)}))
    return tuple(deal for deal in read if isinstance(deal, Deal))


def _spec_body(spec: SymbolSpec, prices: Prices) -> bytes:
    row = api_rows.spec_row(
        spec,
        _tick(spec, prices),
        _points(spec, prices),
        is_open=True,
        tick_value=None,
        form=ApiForm.MINIMAL,
    )
    return write_json(row)


def _tick(spec: SymbolSpec, prices: Prices) -> Tick:
    bid, ask = (Decimal(str(price)) for price in prices[spec.name])
    return Tick(spec.name, bid, ask, 0)


def _points(spec: SymbolSpec, prices: Prices) -> int:
    tick = _tick(spec, prices)
    return int((tick.ask - tick.bid) / spec.point)
