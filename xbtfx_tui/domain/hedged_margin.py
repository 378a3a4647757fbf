"""What opposite positions of a symbol take as margin together, on a hedging account.

By MetaTrader's help ("Margin calculation for retail forex, futures", Hedged margin). A broker chooses between
two rules: the margin of the larger leg, longs or shorts; or that of the lots without an opposite, and for
each covered lot one counted with the symbol's `margin_hedged` in place of its contract size (of its initial
margin, where it has one). The API tells the second rule's figure at most (rich form), never which rule it is.
The two agree where `margin_hedged` is the contract size; elsewhere the margin is known as a bound alone.
"""

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from xbtfx_tui.domain.bounded_figures import AtMost
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.symbol_spec import SymbolSpec

_NOTHING = Decimal(0)


class Leg(msgspec.Struct, frozen=True):
    """The positions of one side: `lots`, and the `margin` that they would take without an opposite."""

    lots: Decimal = _NOTHING
    margin: Decimal = _NOTHING


class HedgedLegs(msgspec.Struct, frozen=True):
    """All that is held of a symbol."""

    longs: Leg = Leg()
    shorts: Leg = Leg()

    def plus(self, side: Side, lots: Decimal, margin: Decimal) -> "HedgedLegs":
        """With a position more; with one less where both figures are negative."""
        was = self.longs if side is Side.BUY else self.shorts
        now = Leg(was.lots + lots, was.margin + margin)
        return HedgedLegs(now, self.shorts) if side is Side.BUY else HedgedLegs(self.longs, now)


def margin_change(before: HedgedLegs, after: HedgedLegs, spec: SymbolSpec) -> Decimal | AtMost:
    """By how much the account's margin grows (negative: shrinks), in the currency of the legs' margin.

    Without `margin_hedged` a covered lot is taken to cost nothing at the least, and at the most as much as
    two positions apart: a hedge that costs more than no hedge is no broker's.
    """
    share = _hedged_share(spec)
    changes = [now - was for was, now in zip(_charges(before, share), _charges(after, share), strict=True)]
    most = max(changes)
    return most if most == min(changes) else AtMost(most)


def _hedged_share(spec: SymbolSpec) -> Decimal | None:
    """What a covered lot takes, as a share of an uncovered one's margin; None where it is not told."""
    whole = spec.margin_initial or spec.contract_size
    hedged = spec.margin_hedged
    return None if hedged is None or hedged < 0 or whole <= 0 else hedged / whole


def _charges(legs: HedgedLegs, share: Decimal | None) -> Iterator[Decimal]:
    """The margin by each rule that the broker may have, in one order."""
    yield max(legs.longs.margin, legs.shorts.margin)
    if share is None:
        yield _by_cover(legs, _NOTHING)
        yield legs.longs.margin + legs.shorts.margin
    elif share != 1:
        yield _by_cover(legs, share)


def _by_cover(legs: HedgedLegs, share: Decimal) -> Decimal:
    """The margin of the lots without an opposite, and `share` of that of the covered ones."""
    small, large = sorted((legs.longs, legs.shorts), key=lambda leg: leg.lots)
    if small.lots <= 0:
        return large.margin
    uncovered = large.margin * (large.lots - small.lots) / large.lots
    average = (small.margin + large.margin) / (small.lots + large.lots)
    return uncovered + small.lots * average * share
