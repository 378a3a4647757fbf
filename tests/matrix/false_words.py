"""The judge of words: each claim of each sentence, held against the ledger as it stood when it was said.

It knows the text and the exchange, and nothing of the states that made the text. A true word later does not
make an earlier one true. `LEEWAY` is how far behind the truth a sentence may be: nobody knows of a fill
before its news can have come.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tests.matrix.claim_reader import read_claims
from tests.matrix.claims import (
    Claim,
    Closed,
    ClosedAll,
    ClosedBy,
    Counted,
    Done,
    EndedBy,
    Gone,
    Held,
    HeldAny,
    HeldAs,
    NoneFromBefore,
    NotDone,
    NotHeld,
    NothingOpened,
    NotOurs,
    Opened,
    OpenedAfterKill,
    Reversed,
    Stops,
    UnreadableError,
    Was,
)
from tests.matrix.timeline import Act, Timeline, Words
from xbtfx_tui.domain.intents import CloseAllIntent, CloseSymbolIntent, Intent, ReverseIntent
from xbtfx_tui.domain.order_text import intent_words
from xbtfx_tui.domain.positions import Deal, DealEntry, Position
from xbtfx_tui.paper.account.command_results import Cause

LEEWAY = 1.0
_KILLED = "Nothing new is opened from now on: "
_CENT = Decimal("0.011")
_ROUNDED = Decimal("0.000001")
_ENTRIES = (DealEntry.IN, DealEntry.IN_OUT)


@dataclass(frozen=True, slots=True)
class Findings:
    """`false` are sentences with what was untrue of them; `unread` those that the judge can't read."""

    false: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def judge_words(
    said: Iterable[Words], timeline: Timeline, intents: Sequence[Intent], twins: Iterable[int] = ()
) -> Findings:
    """All that was said in a run. `twins` are tickets that nothing tells from an order's own work."""
    judge = _Judge(timeline, intents, frozenset(twins))
    false, unread = [], []
    for one in said:
        try:
            claims = read_claims(one.text, one.words)
        except UnreadableError as error:
            unread.append(str(error))
            continue
        since = one.at - LEEWAY if one.since is None else one.since
        if one.text.startswith(_KILLED):
            judge.killed = one.at
        false += [
            f"{one.text!r} at {one.at:.1f}: {claim} was not so"
            for claim in claims
            if not judge.is_true(claim, since, one.at)
        ]
    return Findings(tuple(dict.fromkeys(false)), tuple(dict.fromkeys(unread)))


class _Judge:
    def __init__(self, timeline: Timeline, intents: Sequence[Intent], twins: frozenset[int]) -> None:
        self._timeline = timeline
        self._intents = intents
        self._ids = {intent.intent_id for intent in intents}
        self._twins = twins
        self.killed: float | None = None
        """When the kill switch was last pressed, by the words that say so."""

    def is_true(self, claim: Claim, since: float, at: float) -> bool:
        """Whether it was so at some moment of this stretch."""
        match claim:
            case Opened():
                return self._opened(claim, since, at)
            case Closed():
                return self._closed(claim, since, at)
            case Reversed():
                return self._reversed(claim, since, at)
            case Stops():
                return self._stops(claim, since, at)
            case ClosedBy(ticket, by, volume, profit):
                acts = self._own(at, Cause.CLOSE_BY)
                return any(
                    set(act.execution.tickets) == {ticket, by}
                    and all(volume in (None, deal.volume) for deal in act.deals)
                    and _made(profit, act.deals)
                    for act in acts
                )
            case ClosedAll(symbol, count):
                return self._closed_all(symbol, count, since, at)
            case Counted(closed, of):
                return any(
                    len(meant) == of and len(meant - held.keys()) == closed
                    for meant in map(self._meant, self._bulks())
                    for held in self._timeline.during(since, at)
                )
            case NotDone(words):
                return any(not self._acts_of(intent, since) for intent in self._of(words))
            case NothingOpened(ticket):
                turned = [
                    one for one in self._intents if isinstance(one, ReverseIntent) and one.ticket == ticket
                ]
                acts = [act for intent in turned for act in self._acts_of(intent, since)]
                return not any(deal.entry in _ENTRIES for act in acts for deal in act.deals)
            case Done(words, ticket):
                acts = [act for intent in self._of(words) for act in self._acts_of(intent, at)]
                return any(ticket in (None, *act.execution.tickets) or ticket in self._twins for act in acts)
            case Held(tickets):
                return any(all(one in held for one in tickets) for held in self._timeline.during(since, at))
            case HeldAs(ticket, side, volume):
                during = self._timeline.during(since, at)
                shown = [held[ticket] for held in during if ticket in held]
                return any((one.side, one.volume) == (side, volume) for one in shown)
            case HeldAny():
                return any(self._timeline.during(since, at))
            case Gone(ticket, profit, _, volume, price):
                return self._gone(ticket, profit, since, at) and self._ended_with(ticket, volume, price, at)
            case EndedBy(ticket, stop):
                ends = self._ends_of(ticket, at)
                causes = {None: None, "sl": Cause.STOP_LOSS, "tp": Cause.TAKE_PROFIT}
                return bool(ends) and all(
                    act.execution.request_id not in self._ids and causes[stop] in (None, act.execution.cause)
                    for act in ends
                )
            case NotHeld(ticket):
                return any(ticket not in held for held in self._timeline.during(since, at))
            case NotOurs(ticket):
                return not any(ticket in act.execution.tickets for act in self._own(at))
            case OpenedAfterKill(ticket):
                return self.killed is not None and self._opened_from(self.killed, ticket, at)
            case NoneFromBefore():
                killed = self.killed
                return killed is None or any(
                    all(self._opened_from(killed, ticket, at) for ticket in held)
                    for held in self._timeline.during(since, at)
                )
            case Was(ticket, side, volume, price):
                return any(
                    deal.position == ticket and (deal.side, deal.volume, deal.price) == (side, volume, price)
                    for act in self._timeline.acts
                    if act.at <= at
                    for deal in act.deals
                ) or self._net_was(claim, at)

    # --- what was done ---

    def _opened(self, claim: Opened, since: float, at: float) -> bool:
        for when in self._moments(since, at):
            own = self._own(when, Cause.TRADE, Cause.REST)
            acts = [*own, *(act for act in self._of_twins(when) if act not in own)]
            for ticket in {ticket for act in acts for ticket in act.execution.tickets}:
                deals = _deals(acts, ticket, DealEntry.IN)
                if not deals or claim.ticket not in (None, ticket):
                    continue
                figures = deals[0].symbol, deals[0].side, _volume(deals)
                if figures == (claim.symbol, claim.side, claim.volume) and _price_is(claim.price, deals):
                    return True
            if any(self._net_opened(claim, intent_id, acts) for intent_id in self._ids):
                return True
        return False

    def _net_opened(self, claim: Opened, intent_id: str, acts: Iterable[Act]) -> bool:
        """On a netting account an order to buy may take off what was sold, too: all its deals are its work,
        and the ticket is that of the symbol's position after it."""
        own = [act for act in acts if act.execution.request_id == intent_id]
        deals = [deal for act in own for deal in act.deals]
        tickets = {ticket for act in own for ticket in act.execution.tickets}
        if not deals or claim.ticket not in (None, *tickets):
            return False
        figures = deals[0].symbol, deals[0].side, _volume(deals)
        return figures == (claim.symbol, claim.side, claim.volume) and _price_is(claim.price, deals)

    def _closed(self, claim: Closed, since: float, at: float) -> bool:
        for when in self._moments(since, at):
            for intent_id in self._ids:
                acts = [act for act in self._own(when) if act.execution.request_id == intent_id]
                for ticket in {ticket for act in acts for ticket in act.execution.tickets}:
                    deals = _deals(acts, ticket, DealEntry.OUT)
                    if not deals or claim.ticket not in (None, ticket):
                        continue
                    is_volume = claim.volume in (None, _volume(deals))
                    is_symbol = claim.symbol in (None, deals[0].symbol)
                    made = sum((deal.profit for deal in deals), Decimal(0))
                    is_profit = claim.profit is None or abs(made - claim.profit) <= _CENT
                    if is_volume and is_symbol and is_profit and _price_is(claim.price, deals):
                        return True
        return False

    def _reversed(self, claim: Reversed, since: float, at: float) -> bool:
        for when in self._moments(since, at):
            for act in self._own(when, Cause.REVERSE):
                first, *more = act.execution.tickets
                if first != claim.ticket or not more or claim.opened not in (None, more[0]):
                    continue
                deals = _deals(self._own(when, Cause.REVERSE, Cause.REST), more[0], DealEntry.IN)
                if deals and (deals[0].side, _volume(deals)) == (claim.side, claim.volume):
                    first_half = _deals([act], claim.ticket, DealEntry.OUT)
                    is_first = claim.closed_at in (None, *(deal.price for deal in first_half))
                    return is_first and _made(claim.made, first_half) and _price_is(claim.price, deals)
        return False

    def _stops(self, claim: Stops, since: float, at: float) -> bool:
        """They stand so, or an order of ours had them stand so."""
        for held in self._timeline.during(since, at):
            if (position := held.get(claim.ticket)) is not None:
                stands = {"sl": position.sl, "tp": position.tp}
                if all(stands[name] == price for name, price in claim.prices):
                    return True
        for act in self._own(at, Cause.MODIFY):
            if claim.ticket in act.changed:
                sl, tp = act.changed[claim.ticket]
                if all({"sl": sl, "tp": tp}[name] == price for name, price in claim.prices):
                    return True
        return False

    def _closed_all(self, symbol: str | None, count: int | None, since: float, at: float) -> bool:
        for held in self._timeline.during(since, at):
            if count is None:
                if not any(symbol in (None, one.symbol) for one in held.values()):
                    return True
                continue
            for bulk in self._bulks():
                is_it = symbol == (bulk.symbol if isinstance(bulk, CloseSymbolIntent) else None)
                if is_it and len(bulk.tickets) == count and not set(bulk.tickets) & held.keys():
                    return True
        return False

    def _gone(self, ticket: int, profit: Decimal | None, since: float, at: float) -> bool:
        if not any(ticket not in held for held in self._timeline.during(since, at)):
            return False
        acts = [act for act in self._timeline.acts if act.at <= at]
        deals = [*_deals(acts, ticket, DealEntry.OUT), *self._ended_by(ticket, at)]
        if not deals:
            return False
        made = [one.profit for one in {one.ticket: one for one in deals}.values()]
        return profit is None or any(abs(one - profit) <= _CENT for one in (*made, sum(made, Decimal(0))))

    def _ended_with(self, ticket: int, volume: Decimal | None, price: Decimal | None, at: float) -> bool:
        """Whether a deal that ended it had these lots and this price, where they are said."""
        deals = self._ended_by(ticket, at)
        return (volume is None and price is None) or any(
            volume in (None, deal.volume) and price in (None, deal.price) for deal in deals
        )

    def _ended_by(self, ticket: int, at: float) -> list[Deal]:
        """The deals after which the ticket was held no more: a flip's names the position by its first one."""
        first = next(
            (held for one in self._timeline.moments if (held := one.positions.get(ticket)) is not None), None
        )
        return [
            deal
            for act in self._ends_of(ticket, at)
            for deal in act.deals
            if first is not None and deal.symbol == first.symbol
        ]

    def _ends_of(self, ticket: int, at: float) -> list[Act]:
        """The executions after which the ticket was held no more."""
        moments = self._timeline.moments
        return [
            act
            for before, after, act in zip(moments, moments[1:], self._timeline.acts, strict=False)
            if act.at <= at and ticket in before.positions and ticket not in after.positions
        ]

    def _net_was(self, claim: Was, at: float) -> bool:
        """A position that was there before the run looked, or as it stood at some moment since: on a netting
        account it is what a flip left, or several deals' sum."""
        first, *since = self._timeline.moments
        held = [first.positions.get(claim.ticket)]
        held += [
            moment.positions.get(claim.ticket)
            for moment in since
            if moment.at <= at and self._price_was(claim, moment.positions.get(claim.ticket))
        ]
        return any(one is not None and (one.side, one.volume) == (claim.side, claim.volume) for one in held)

    def _price_was(self, claim: Was, held: Position | None) -> bool:
        return held is not None and claim.price in (None, held.price_open)

    def _opened_from(self, start: float, ticket: int, at: float) -> bool:
        """Whether something was put into the position from then on."""
        acts = [act for act in self._timeline.acts if start <= act.at <= at]
        return any(_opens(deal, ticket) for act in acts for deal in act.deals)

    # --- small things ---

    def _moments(self, since: float, at: float) -> list[float]:
        return [since, *(act.at for act in self._timeline.acts if since < act.at <= at)]

    def _own(self, at: float, *causes: Cause) -> list[Act]:
        return [
            act
            for act in self._timeline.acts
            if act.at <= at
            and act.execution.request_id in self._ids
            and (not causes or act.execution.cause in causes)
        ]

    def _of_twins(self, at: float) -> list[Act]:
        return [
            act for act in self._timeline.acts if act.at <= at and self._twins & set(act.execution.tickets)
        ]

    def _acts_of(self, intent: Intent, at: float) -> list[Act]:
        return [act for act in self._own(at) if act.execution.request_id == intent.intent_id]

    def _of(self, words: str) -> list[Intent]:
        return [intent for intent in self._intents if intent_words(intent) == words]

    def _bulks(self) -> list[CloseAllIntent | CloseSymbolIntent]:
        return [one for one in self._intents if isinstance(one, CloseAllIntent | CloseSymbolIntent)]

    def _meant(self, bulk: CloseAllIntent | CloseSymbolIntent) -> set[int]:
        """The tickets that a bulk close was for; one that was sent blind, those that it came to."""
        if bulk.tickets:
            return set(bulk.tickets)
        acts = self._acts_of(bulk, float("inf"))
        return {ticket for act in acts for ticket in act.execution.tickets}


def _deals(acts: Iterable[Act], ticket: int, entry: DealEntry) -> list[Deal]:
    """The deals of a position that opened it, or that took off it."""
    is_out = entry is DealEntry.OUT
    return [
        deal
        for act in acts
        for deal in _deals_of(act, ticket)
        if (_is_out(deal) if is_out else deal.entry in _ENTRIES)
    ]


def _deals_of(act: Act, ticket: int) -> list[Deal]:
    """An execution's deals of a position; those of a netting account's that was turned before name it by its
    first ticket."""
    named = [deal for deal in act.deals if deal.position == ticket]
    is_of_one = len({deal.symbol for deal in act.deals}) == 1
    return named or (list(act.deals) if is_of_one and ticket in act.execution.tickets else [])


def _opens(deal: Deal, ticket: int) -> bool:
    return deal.position == ticket and deal.entry in _ENTRIES


def _is_out(deal: Deal) -> bool:
    """A flip's one deal takes off all that was held, too."""
    return deal.entry in (DealEntry.OUT, DealEntry.OUT_BY, DealEntry.IN_OUT)


def _volume(deals: Iterable[Deal]) -> Decimal:
    return sum((deal.volume for deal in deals), Decimal(0))


def _made(profit: Decimal | None, deals: Sequence[Deal]) -> bool:
    """Whether the deals made so much together, where it is said."""
    return profit is None or abs(sum((deal.profit for deal in deals), Decimal(0)) - profit) <= _CENT


def _price_is(price: Decimal | None, deals: Sequence[Deal]) -> bool:
    """Whether the price is that of one of the deals, or their average as a position has it."""
    if price is None:
        return True
    worth = sum((deal.price * deal.volume for deal in deals), Decimal(0))
    return price in [deal.price for deal in deals] or abs(price - worth / _volume(deals)) <= _ROUNDED
