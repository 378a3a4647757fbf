"""The proposals of an account that stands still: the real list, with lines put into it as a script would."""

from typing import Protocol

from xbtfx_tui.automation.alert_service import AlertKeeper
from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.proposals import Proposal
from xbtfx_tui.domain.store_events import Severity, TrueWhile
from xbtfx_tui.door.line_planning import ArmedList, LinePlanning
from xbtfx_tui.door.proposal_desk import AskedLine, NotTaken, ProposalDesk
from xbtfx_tui.planning.ports import Judge
from xbtfx_tui.store.store import Store
from xbtfx_tui.ui.ports import Trails


class _Account(Protocol):
    alerts: AlertKeeper

    @property
    def store(self) -> Store: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def desk(self) -> Judge: ...

    @property
    def trails(self) -> Trails: ...

    @property
    def rules(self) -> ArmedList: ...

    def need_spec(self, symbol: str) -> None: ...

    def say(self, severity: Severity, sentence: str, true_while: TrueWhile | None = None) -> None: ...


def still_proposals(account: _Account) -> ProposalDesk:
    """The list of this account's proposals, with its own planner."""
    planning = LinePlanning(
        account.store,
        account.clock,
        account.desk,
        account.alerts,
        account.trails,
        account.need_spec,
        account.rules,
    )
    return ProposalDesk(account.store, account.clock, planning, account.say)


def asks(proposals: ProposalDesk, line: str, why: str = "", name: str = "script", peer: int = 1) -> Proposal:
    """A script proposes this line, and it is taken."""
    made = proposals.propose(AskedLine(line, why, name, "a", peer))
    assert not isinstance(made, NotTaken), made.sentence
    return made
