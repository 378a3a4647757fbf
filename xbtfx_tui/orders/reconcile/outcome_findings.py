"""What a look at an order can come to, as values: no rule. How it comes to one is `outcome_decision`'s."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.proof_sources import Witness
from xbtfx_tui.orders.reconcile.full_close_proof import AllGone
from xbtfx_tui.orders.reconcile.holdings_snapshot import TrackedOrder
from xbtfx_tui.orders.reconcile.order_evidence import StreamTold
from xbtfx_tui.orders.reconcile.partial_matches import NOT_OPENED, Near
from xbtfx_tui.orders.reconcile.position_matching import CarriedOut, Several, Unseen


class Listed(msgspec.Struct, frozen=True):
    """How often, and for how many seconds, lists asked for since the send have shown the same of an order;
    `was_open` is whether one that was asked for since its answer did not settle it."""

    times: int = 0
    seconds: float = 0.0
    was_open: bool = False


NOTHING_HELD = ("nothing held",)
"""What lists show of a bulk close that was sent blind while they have no position of before it."""
SOMETHING_HELD = ("nothing held, against other words",)
"""The same while something else tells that there is one."""
HALF_DONE = (f"closed, {NOT_OPENED}",)
"""How a reverse differs of which the answer says that only its first half was done."""

ANYONES_CLOSE = "closed by this order or by another"
"""How a full close differs of which nothing tells how much of it was its own work, if any."""


class Others(msgspec.Struct, frozen=True):
    """The other orders whose work could be taken for this one's: those on their way; on a netting account
    those just done, which may have made the same deals; and those found not filled, which may be late."""

    on_their_way: Sequence[TrackedOrder] = ()
    just_done: Sequence[TrackedOrder] = ()
    late: Sequence[TrackedOrder] = ()


class Proven(msgspec.Struct, frozen=True):
    """It was carried out. `difference` are clauses of how the outcome differs from what was asked for; `gone`
    is what a full close came to, None for any other order and where something is left."""

    found: CarriedOut
    difference: tuple[str, ...] = ()
    volume: Decimal | None = None
    gone: AllGone | None = None

    @property
    def clause(self) -> str | None:
        """The difference as one clause; None where there is none. That nothing is left of what a close was
        for does not say whose work that was."""
        anyones = (ANYONES_CLOSE,) if self.gone is not None and self.gone.lots is None else ()
        return ", ".join((*self.difference, *anyones)) or None


class Witnessed(msgspec.Struct, frozen=True):
    """One witness alone says so; `by` is that one, none where only the merged picture shows it."""

    found: CarriedOut
    by: frozenset[Witness]


class Nearly(msgspec.Struct, frozen=True):
    """Something near is there; `is_proven` whether two witnesses agree on it."""

    near: Near
    is_proven: bool


Finding: TypeAlias = Proven | Witnessed | Nearly | StreamTold | Unseen | Several


def tickets_of(finding: Finding) -> tuple[int, ...]:
    """The positions that it may have led to."""
    match finding:
        case Several(tickets=tickets):
            return tickets
        case Nearly(near=near):
            return near.tickets
        case Witnessed(found=found) if found.ticket is not None:
            return (found.ticket,)
        case _:
            return ()
