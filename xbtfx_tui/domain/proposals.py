"""Proposals: lines that somebody else than the trader would have sent, and what becomes of each. Pure.

A proposal is a text. It is planned when the trader looks at it, by the prices of then, and a key alone
confirms it: nothing here sends, and no state follows from silence but the end.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import Enum

import msgspec
from msgspec.structs import replace

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.sides import Side

OPENS_FOR, REDUCES_FOR = 120.0, 600.0
"""Seconds that a proposal stands where it opens, and where it only reduces."""
MOST_PENDING, MOST_PENDING_OF_ONE = 8, 3
MOST_A_MINUTE, MOST_A_MINUTE_OF_ONE = 12, 6
TWIN_OF_DECLINED = 60.0
"""Seconds after a decline in which the same line is that proposal again, and not a new one."""
_MINUTE = 60.0


class LetIn(Enum):
    """Which terminals scripts are let into; the value is the setting's word."""

    PAPER = "paper"
    ALL = "all"
    NONE = "none"

    def lets_into(self, *, is_paper: bool) -> bool:
        return self is LetIn.ALL or (self is LetIn.PAPER and is_paper)


class ProposalState(Enum):
    """Where a proposal stands; the value is the word that is told to who asked."""

    PENDING = "pending"
    DECLINED = "declined"
    EDITED = "edited"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CONFIRMED = "confirmed"
    SENDING = "sending"
    DONE = "done"
    PART = "part"
    REFUSED = "refused"
    UNKNOWN = "unknown"

    @property
    def is_over(self) -> bool:
        """Whether who waits for it need wait no longer; an unknown outcome may still become known."""
        return self not in {ProposalState.PENDING, ProposalState.CONFIRMED, ProposalState.SENDING}

    @property
    def may_change(self) -> bool:
        """Whether another state can follow."""
        return bool(FOLLOWS[self])


_S = ProposalState
_OUTCOMES = frozenset({_S.DONE, _S.PART, _S.REFUSED, _S.UNKNOWN})
FOLLOWS: Mapping[ProposalState, frozenset[ProposalState]] = {
    _S.PENDING: frozenset({_S.DECLINED, _S.EDITED, _S.WITHDRAWN, _S.EXPIRED, _S.CONFIRMED}),
    _S.CONFIRMED: frozenset({_S.SENDING}) | _OUTCOMES,
    _S.SENDING: _OUTCOMES,
    _S.UNKNOWN: (_OUTCOMES - {_S.UNKNOWN}) | {_S.SENDING},
    _S.DECLINED: frozenset(),
    _S.EDITED: frozenset(),
    _S.WITHDRAWN: frozenset(),
    _S.EXPIRED: frozenset(),
    _S.DONE: frozenset(),
    _S.PART: frozenset(),
    _S.REFUSED: frozenset(),
}
"""What may come of each state. Sending follows a confirmation, and that the key of the trader; or an unknown
outcome that the trader has sent again."""


class PriceMark(msgspec.Struct, frozen=True):
    """What one market order would have been done at when it was asked for: the side that is dealt."""

    symbol: str
    side: Side
    price: Decimal


class ProposalStep(msgspec.Struct, frozen=True):
    """One order of a proposal that was confirmed: its words, the word for where it stands, and the sentence
    that told how it ended."""

    words: str
    state: str
    said: str = ""
    profit: str | None = None


class OtherAsker(msgspec.Struct, frozen=True):
    """Another that asked for the same while it pended: its claim of a name, its words, its connection."""

    name: str
    letter: str
    why: str
    peer: int | None


class Proposal(msgspec.Struct, frozen=True):
    """`line` is canonical, `why` the asker's own words, plain. `name` is what the asker calls itself: a
    claim, that counts for the limits alone; `letter` is that of its connection. `peer` is the connection
    that asked, None once that is gone.

    `lasts` is in seconds. `mark` is the price when it was asked for, None where one price does not tell it.
    `note` is the trader's with a decline, `sentence` what became of it.
    """

    number: int
    line: str
    why: str
    name: str
    letter: str
    peer: int | None
    asked: Instant
    lasts: float
    opens: bool
    mark: PriceMark | None = None
    state: ProposalState = ProposalState.PENDING
    since: Instant | None = None
    note: str = ""
    sentence: str = ""
    steps: tuple[ProposalStep, ...] = ()
    others: tuple[OtherAsker, ...] = ()

    @property
    def has_asker_here(self) -> bool:
        """Whether a connection that asked for it is still there."""
        return self.peer is not None or any(one.peer is not None for one in self.others)

    @property
    def title(self) -> str:
        """`P12`."""
        return f"P{self.number}"

    @property
    def asker(self) -> str:
        """`[backup.sh a]`."""
        return f"[{self.name} {self.letter}]"

    def left(self, now: Instant) -> float:
        """Seconds until it expires, 0 at least; a clock that went back makes it no younger."""
        return max(0.0, self.lasts - self.asked.age_at(now) - self.asked.ran_backwards_by(now))


def moved(
    proposal: Proposal,
    state: ProposalState,
    now: Instant,
    *,
    sentence: str = "",
    note: str = "",
    steps: tuple[ProposalStep, ...] = (),
) -> Proposal:
    """The proposal in its next state. Raises ValueError for one that can't follow: a fault of ours."""
    if state not in FOLLOWS[proposal.state]:
        raise ValueError(f"{proposal.state.value} is not followed by {state.value}")
    return replace(proposal, state=state, since=now, sentence=sentence, note=note, steps=steps)


def asked_again(one: Proposal, by: OtherAsker) -> Proposal:
    """The pending proposal with this asker, too; one of the same name is the same asker, come again."""
    if by.name == one.name:
        return replace(one, peer=by.peer, letter=by.letter, why=by.why or one.why)
    return replace(one, others=(*(old for old in one.others if old.name != by.name), by))


def without_asker(one: Proposal, name: str) -> Proposal | None:
    """The proposal as the others ask for it; None where nobody else does."""
    if name != one.name:
        return replace(one, others=tuple(old for old in one.others if old.name != name))
    if not one.others:
        return None
    first, *rest = one.others
    return replace(
        one, name=first.name, letter=first.letter, why=first.why, peer=first.peer, others=tuple(rest)
    )


def left_by(one: Proposal, peer: int) -> Proposal:
    """The proposal after this connection has gone."""
    others = tuple(replace(old, peer=None) if old.peer == peer else old for old in one.others)
    return replace(one, peer=None if one.peer == peer else one.peer, others=others)


def twin_of(of_the_same: Iterable[Proposal], now: Instant) -> Proposal | None:
    """Which proposal of this command the next one of it is: one that pends, or was declined just now."""
    for one in of_the_same:
        if one.state is ProposalState.PENDING:
            return one
        declined = one.state is ProposalState.DECLINED and one.since is not None
        if declined and one.since is not None and one.since.age_at(now) <= TWIN_OF_DECLINED:
            return one
    return None


def limit_problem(proposals: Iterable[Proposal], name: str, now: Instant) -> str | None:
    """Why an asker of this name can propose nothing more now, as a sentence; None where it can."""
    known = tuple(proposals)
    pending = [one for one in known if one.state is ProposalState.PENDING]
    if len(pending) >= MOST_PENDING:
        return f"{MOST_PENDING} proposals wait for the trader already: that is the most."
    if sum(one.name == name for one in pending) >= MOST_PENDING_OF_ONE:
        return (
            f"{MOST_PENDING_OF_ONE} proposals of {name} wait for the trader already: withdraw one, or wait."
        )
    fresh = [one for one in known if one.asked.age_at(now) < _MINUTE]
    if sum(one.name == name for one in fresh) >= MOST_A_MINUTE_OF_ONE:
        return f"{name} has proposed {MOST_A_MINUTE_OF_ONE} lines in the last minute: that is the most."
    if len(fresh) >= MOST_A_MINUTE:
        return f"{MOST_A_MINUTE} lines were proposed in the last minute: that is the most."
    return None


def left_words(seconds: float) -> str:
    """`1:19 left`."""
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02} left"
