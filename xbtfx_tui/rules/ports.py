"""What armed orders need of the desk and the journal, as shapes."""

from collections.abc import Callable, Sequence
from typing import Protocol

from xbtfx_tui.domain.intents import Intent
from xbtfx_tui.domain.login_state_owner import Keeping
from xbtfx_tui.domain.order_origin import Origin
from xbtfx_tui.domain.store_events import Severity
from xbtfx_tui.orders.guards.guard_types import Problem
from xbtfx_tui.orders.journal.rule_rows import RuleFound, RuleRow, RuleStep


class RuleDesk(Protocol):
    """The order desk (orders.order_desk.OrderDesk), as far as an armed order needs it."""

    kills: int

    def new_intent_id(self) -> str: ...

    def problems(self, intent: Intent) -> tuple[Problem, ...]: ...

    def submit(self, intent: Intent, origin: Origin) -> tuple[Problem, ...]: ...

    def is_moving_stops(self, ticket: int) -> bool: ...

    @property
    def keeping(self) -> Keeping:
        """Whether this terminal holds the login's lock."""


class RuleJournal(Protocol):
    """The order journal (orders.journal.order_journal.Journal), as far as armed orders are kept in it. Both
    raise JournalError."""

    async def rules(self) -> tuple[Sequence[RuleFound], int]: ...

    async def write_rules(self, steps: Sequence[RuleStep], new: RuleRow | None = None) -> None: ...


SayRule = Callable[[Severity, str], None]
"""Tells the trader a sentence."""
