"""The paper account's commission: on every deal, in its profit, and so in the balance; worked by hand."""

import random
from decimal import Decimal

import pytest

from tests.unit.paper_engine_accounts import QUOTES, PaperTrader, done, market_past, refused
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.positions import Deal
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import PositionClosed
from xbtfx_tui.paper.account.seeded_history import live_past
from xbtfx_tui.paper.account.trade_requests import CloseAllRequest, CloseByRequest


def charged(
    mode: MarginMode = MarginMode.HEDGING, currency: str = "USD", commission: str = "3.50"
) -> PaperTrader:
    return PaperTrader(currency, mode, commission=commission)


def told(trader: PaperTrader) -> list[Decimal | None]:
    """The profits that the close events tell."""
    return [event.profit for event in trader.engine.take_events() if isinstance(event, PositionClosed)]


def profits(deals: tuple[Deal, ...]) -> list[Decimal]:
    return [deal.profit for deal in deals]


def test_opening_and_closing_each_cost_and_the_position_shows_neither() -> None:
    # 0.10 lots at 3.50 = 0.35 a deal; the spread of 0.00010 on 10,000 EUR costs 1.00.
    trader = charged()
    ticket = trader.buy("EURUSD", "0.10")
    assert trader.position(ticket).profit == Decimal("-1.00")
    assert trader.balance == Decimal("9999.65")
    assert trader.engine.account().equity == Decimal("9998.65")
    assert trader.close(ticket) == Decimal("-1.35")
    assert profits(trader.engine.deals()) == [Decimal("-0.35"), Decimal("-1.35")]
    assert trader.balance == Decimal("9998.30")
    assert told(trader) == [Decimal("-1.35")], "the event tells what the deal does"


def test_a_part_costs_its_part_to_the_even_cent() -> None:
    # 0.03 and 0.07 of 3.50 are 0.105 and 0.245: 0.10 and 0.24 to the even cent. The spread: 0.30 and 0.70.
    trader = charged()
    ticket = trader.buy("EURUSD", "0.10")
    assert trader.close(ticket, "0.03") == Decimal("-0.40")
    assert trader.close(ticket) == Decimal("-0.94")


@pytest.mark.parametrize(
    ("currency", "commission", "cost"), [("BTC", "0.00005", "0.000005"), ("XRP", "5", "0.5")]
)
def test_it_is_in_the_accounts_currency(currency: str, commission: str, cost: str) -> None:
    trader = charged(currency=currency, commission=commission)
    deposit = trader.balance
    trader.buy("EURUSD", "0.10")
    assert trader.balance == deposit - Decimal(cost)


def test_closing_by_costs_on_both_sides() -> None:
    # 0.04 lots cost 0.14 a side; the pair loses the spread once, 0.40.
    trader = charged()
    one, other = trader.buy("EURUSD", "0.10"), trader.sell("EURUSD", "0.04")
    closed = done(trader.engine.close_by(CloseByRequest("key", one, other), trader.now))
    assert profits(closed.deals) == [Decimal("-0.54"), Decimal("-0.14")]
    assert told(trader) == [Decimal("-0.14")]


def test_a_flip_costs_on_all_its_lots() -> None:
    # Buy 0.10, sell 0.15: the spread on 0.10 is 1.00, the commission on 0.15 is 0.525, to the even cent 0.52.
    trader = charged(MarginMode.NETTING)
    trader.buy("EURUSD", "0.10")
    trader.sell("EURUSD", "0.15")
    assert trader.engine.deals()[-1].profit == Decimal("-1.52")
    assert told(trader) == [Decimal("-1.52")]


def test_a_bulk_close_tells_what_the_deals_tell() -> None:
    trader = charged()
    trader.buy("EURUSD", "0.10")
    trader.buy("EURUSD", "0.10")
    assert done(trader.engine.close_all(CloseAllRequest("key"), trader.now)).total_profit == Decimal("-2.70")


def test_the_money_must_carry_it_too() -> None:
    # 1.00 lot needs 1,080.05 USD of margin (1,000 EUR at the mid) and costs 3.50.
    for balance, is_enough in (("1083.55", True), ("1083.54", False)):
        trader = PaperTrader(balance=balance, commission="3.50")
        answer = trader.engine.trade(trader.order(Side.BUY, "EURUSD", "1.00"), trader.now)
        if is_enough:
            done(answer)
        else:
            assert refused(answer).retcode == 10019


@pytest.mark.parametrize("commission", ["0", "3.50", "70", "100000"])
def test_a_past_pays_it_and_is_not_eaten_by_it(commission: str) -> None:
    trader = charged(commission=commission)
    quotes = {name: (Decimal(bid), Decimal(ask)) for name, (bid, ask) in QUOTES.items()}
    live_past(trader.engine, random.Random(7), quotes, trader.now, market_past().bid)
    deals = trader.engine.deals()
    assert trader.balance == trader.engine.deposits + sum(profits(deals))
    assert trader.balance > Decimal(7000)
    for deal in deals:
        if deal.entry is not None and deal.entry.value == "in":
            assert deal.profit == -trader.engine.state.commission(deal.volume)
