"""What the calls of a peer are answered with: the store as it is, plans in words, proposals. It changes
nothing but the list of proposals.

Money, prices and lots are text, as they were given; an age is in seconds; what was not read is no empty list.
"""

from decimal import Decimal
from typing import TypeAlias

import msgspec

from xbtfx_tui.commands.grammar import Mistake, print_command
from xbtfx_tui.domain.account_currency import code_in
from xbtfx_tui.domain.clock import Clock, Instant
from xbtfx_tui.domain.proposals import Proposal, ProposalState
from xbtfx_tui.domain.read_states import Failing, NeverRead, ReadAt
from xbtfx_tui.domain.store_events import Reading
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.door.door_frames import (
    LineArguments,
    NoArguments,
    PeerCall,
    ProposalArguments,
    ProposeArguments,
    QuotesArguments,
)
from xbtfx_tui.door.proposal_desk import AskedLine, LineJudge, NotTaken, ProposalDesk
from xbtfx_tui.planning.plan_types import Deed, NeedsHistory, NeedsSymbols, Plan, Planned, PlanRefusal, Sheet
from xbtfx_tui.planning.proposal_planning import opens_more
from xbtfx_tui.store.latest_quotes import Fresh, NeverSeen, Stale
from xbtfx_tui.store.store import Store

_MOST_QUOTES = 500
_SHOWN = 40


class DoorPeer(msgspec.Struct, frozen=True):
    """Who calls: its connection, what it calls itself, and its letter."""

    number: int
    name: str
    letter: str


class About(msgspec.Struct, frozen=True):
    """The answer to a call that can be told now."""

    what: dict[str, object]


class AboutProposal(msgspec.Struct, frozen=True):
    """The answer is this proposal, as it stands or, where the call waits, once it is over."""

    proposal: Proposal


DoorAnswer: TypeAlias = About | AboutProposal | NotTaken


class DoorAnswers:
    """One per account."""

    def __init__(self, store: Store, clock: Clock, judge: LineJudge, proposals: ProposalDesk) -> None:
        self._store = store
        self._clock = clock
        self._judge = judge
        self._proposals = proposals

    def answer(self, call: PeerCall, peer: DoorPeer) -> DoorAnswer:
        """What a call comes to. Cheap: nothing is waited for."""
        match call.args:
            case ProposeArguments(line, why, lasts):
                asked = AskedLine(line, why, peer.name, peer.letter, peer.number, lasts)
                return _or_refused(self._proposals.propose(asked))
            case ProposalArguments(number) if call.do == "withdraw":
                return _or_refused(self._proposals.withdraw(number, peer.name))
            case ProposalArguments(number):
                found = self._proposals.get(number)
                if found is None:
                    return NotTaken("unknown", f"P{number} is not known in this run of the terminal.")
                return AboutProposal(found)
            case LineArguments(line):
                return self._plan(line)
            case QuotesArguments(symbols):
                return self._quotes(symbols)
            case NoArguments():
                return self._read(call.do)

    def _read(self, do: str) -> About | NotTaken:
        match do:
            case "account":
                return self._account()
            case "positions":
                return self._positions()
            case _:
                return self._orders()

    def proposal(self, one: Proposal) -> dict[str, object]:
        """A proposal as it is told."""
        left = one.left(self._clock.now()) if one.state is ProposalState.PENDING else None
        return {
            "proposal": one.number,
            "status": one.state.value,
            "line": one.line,
            "by": one.asker,
            "left_s": None if left is None else round(left, 1),
            "note": one.note,
            "sentence": one.sentence,
            "steps": [msgspec.structs.asdict(step) for step in one.steps],
        }

    # --- the store ---

    def _account(self) -> About | NotTaken:
        store, received = self._store, self._store.account_received
        account = store.live_account()
        if account is None or received is None:
            return NotTaken("not_read", "The account has not been read yet.")
        figures = ("balance", "equity", "margin", "margin_free", "margin_level", "profit")
        return About(
            {
                "login": account.login,
                "currency": code_in(store.currency),
                "margin_mode": account.margin_mode.value,
                "leverage": account.leverage,
                **{name: _text(getattr(account, name)) for name in figures},
                "trading": type(store.trading).__name__.removeprefix("Trading").lower(),
                "age_s": _age(received, self._clock.now()),
            }
        )

    def _positions(self) -> About | NotTaken:
        store = self._store
        if (known := self._known(Reading.POSITIONS)) is None:
            return NotTaken("not_read", "The positions have not been read yet.")
        rows = [
            {
                "ticket": one.ticket,
                "symbol": _word(one.symbol),
                "side": one.side.value,
                "volume": _text(one.volume),
                "price_open": _text(one.price_open),
                "price": _text(store.live_price(one)),
                "sl": _text(one.sl),
                "tp": _text(one.tp),
                "profit": _text(store.live_profit(one)),
                "swap": _text(one.swap),
                "doubt": store.doubt_of(one.ticket),
            }
            for one in store.positions.values()
        ]
        return About({**known, "positions": rows})

    def _orders(self) -> About | NotTaken:
        if (known := self._known(Reading.ORDERS)) is None:
            return NotTaken("not_read", "The pending orders have not been read yet.")
        rows = [
            {
                "ticket": one.ticket,
                "symbol": _word(one.symbol),
                "kind": one.kind.value,
                "volume": _text(one.volume),
                "price": _text(one.price),
                "sl": _text(one.sl),
                "tp": _text(one.tp),
            }
            for one in self._store.orders.values()
        ]
        return About({**known, "orders": rows})

    def _known(self, reading: Reading) -> dict[str, object] | None:
        """How well a list is known; None where it was never read."""
        unread = len(self._store.unread(reading))
        match self._store.read_state(reading):
            case NeverRead():
                return None
            case ReadAt(asked=asked):
                return {"age_s": _age(asked, self._clock.now()), "failing": False, "unreadable_rows": unread}
            case Failing(asked=asked):
                return {"age_s": _age(asked, self._clock.now()), "failing": True, "unreadable_rows": unread}

    def _quotes(self, symbols: list[str]) -> About | NotTaken:
        if len(symbols) > _MOST_QUOTES:
            return NotTaken("arguments", f"{_MOST_QUOTES} symbols at most.")
        wanted = symbols or sorted(self._store.quoted)[:_MOST_QUOTES]
        return About({"quotes": [self._quote(symbol) for symbol in wanted]})

    def _quote(self, symbol: str) -> dict[str, object]:
        slot = self._store.slot(symbol)
        age: float | None = None
        why: str | None = None
        match self._store.freshness(symbol, self._clock.now()):
            case Fresh() as fresh:
                age = fresh.age
            case Stale() as stale:
                age, why = stale.age, stale.why
            case NeverSeen():
                slot, why = None, "no quote of it has come"
        return {
            "symbol": _word(symbol),
            "bid": None if slot is None else slot.quote.bid,
            "ask": None if slot is None else slot.quote.ask,
            "age_s": None if age is None else round(age, 2),
            "stale": why,
        }

    # --- plans ---

    def _plan(self, line: str) -> About | NotTaken:
        command = self._judge.understand(line[:1_000])
        if isinstance(command, Mistake):
            return NotTaken("mistake", f"{command.sentence} Right is, for instance: {command.example}")
        planned = self._judge.plan(command)
        return About(
            {
                "line": print_command(command),
                "opens": opens_more(planned, self._store),
                **_planned_words(planned),
            }
        )


def _planned_words(planned: Planned) -> dict[str, object]:
    match planned:
        case Plan(headline=headline, remarks=remarks):
            return {"words": headline, "lines": planned.lines, "remarks": remarks, "can_be_sent": True}
        case Deed(words=words, lines=lines, remarks=remarks):
            return {"words": words, "lines": lines, "remarks": remarks, "can_be_sent": planned.needs_yes}
        case Sheet(title=title, lines=lines):
            return {"words": title, "lines": lines, "remarks": (), "can_be_sent": False}
        case (
            PlanRefusal(sentence=sentence) | NeedsHistory(sentence=sentence) | NeedsSymbols(sentence=sentence)
        ):
            return {"words": sentence, "lines": (), "remarks": (), "can_be_sent": False}


def _or_refused(came: Proposal | NotTaken) -> AboutProposal | NotTaken:
    return came if isinstance(came, NotTaken) else AboutProposal(came)


def _age(then: Instant, now: Instant) -> float:
    return round(max(0.0, then.age_at(now)), 2)


def _text(figure: Decimal | None) -> str | None:
    return None if figure is None else f"{figure:f}"


def _word(symbol: str) -> str:
    return plain(symbol, _SHOWN)
