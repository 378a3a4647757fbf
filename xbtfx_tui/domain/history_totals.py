"""What deals came to, by symbol and in total: closing deals, lots, profit, win rate. Pure sums."""

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from xbtfx_tui.domain.positions import Deal, DealEntry

CLOSING = frozenset({DealEntry.OUT, DealEntry.OUT_BY, DealEntry.IN_OUT})


class ResultSum(msgspec.Struct, frozen=True):
    """The sum of closing deals: how many, their lots, their profit in the account's currency, how many won.

    A deal wins with a profit above 0. A close by an opposite position is two deals, of which the first
    carries the profit. A reversal in one deal (`in_out`, netting) counts its whole volume: the deal does
    not tell what it closed from what it opened.
    """

    deals: int = 0
    lots: Decimal = Decimal(0)
    profit: Decimal = Decimal(0)
    wins: int = 0

    @property
    def win_rate(self) -> Decimal | None:
        """Winning deals in percent of the closing ones; None without any."""
        return Decimal(self.wins) * 100 / self.deals if self.deals else None

    def with_deal(self, deal: Deal) -> "ResultSum":
        return ResultSum(
            self.deals + 1,
            self.lots + deal.volume,
            self.profit + deal.profit,
            self.wins + (deal.profit > 0),
        )


class HistorySums(msgspec.Struct, frozen=True):
    """The result by symbol, the best first, and in total.

    `opening` is what the deals that opened came to, as a commission does: with the total it is what the deals
    moved the balance by. `unclear` counts deals whose entry could not be read: they are in no sum.
    """

    by_symbol: tuple[tuple[str, ResultSum], ...]
    total: ResultSum
    opening: Decimal = Decimal(0)
    unclear: int = 0


def history_sums(deals: Iterable[Deal]) -> HistorySums:
    """The sums of the deals that closed something; what opened is counted apart."""
    by_symbol: dict[str, ResultSum] = {}
    total = ResultSum()
    opening = Decimal(0)
    unclear = 0
    for deal in deals:
        if deal.entry is None:
            unclear += 1
        if deal.entry is DealEntry.IN:
            opening += deal.profit
        if deal.entry not in CLOSING:
            continue
        by_symbol[deal.symbol] = by_symbol.get(deal.symbol, ResultSum()).with_deal(deal)
        total = total.with_deal(deal)
    ranked = sorted(by_symbol.items(), key=lambda item: (-item[1].profit, item[0]))
    return HistorySums(tuple(ranked), total, opening, unclear)
