"""The armed orders of one login in memory and on disk: each change is committed, or owed until it is.

It judges no price and sends nothing. One commit at a time: what a failed one may have written all the same is
put right by the next.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from xbtfx_tui.commands.rule_types import ArmEntry
from xbtfx_tui.domain.armed_orders import ArmedOrder, RuleState
from xbtfx_tui.orders.journal.rule_rows import RuleRow, RuleStep
from xbtfx_tui.rules.level_wires import LevelWire, level_wires
from xbtfx_tui.rules.ports import RuleJournal

MOST_OVER_KEPT = 20
"""Orders that wait no more, of this run, which are still listed."""


class RuleBook:
    """`version` grows with each change; `next_number` is the first that is free."""

    def __init__(self, journal: RuleJournal) -> None:
        self._journal = journal
        self._orders: dict[int, ArmedOrder] = {}
        self._commands: dict[int, ArmEntry] = {}
        self._owed: list[RuleStep] = []
        self._turn = asyncio.Lock()
        self.next_number = 1
        self.version = 0
        self.wires: Mapping[str, LevelWire] = {}
        self.waiting: tuple[ArmedOrder, ...] = ()

    @property
    def orders(self) -> tuple[ArmedOrder, ...]:
        """Those that wait, the newest first, then those of this run that do so no more."""
        over = [one for one in self._orders.values() if not one.is_waiting]
        return (*reversed(self.waiting), *reversed(over[-MOST_OVER_KEPT:]))

    @property
    def symbols(self) -> frozenset[str]:
        """The symbols whose quotes are needed."""
        return frozenset(one.symbol for one in self.waiting)

    @property
    def is_owing(self) -> bool:
        """Whether the disk lacks something that is so."""
        return bool(self._owed)

    def get(self, number: int) -> ArmedOrder | None:
        return self._orders.get(number)

    def command(self, number: int) -> ArmEntry:
        """What is to be done when it fires. Raises KeyError."""
        return self._commands[number]

    def add(self, order: ArmedOrder, command: ArmEntry) -> None:
        self._commands[order.number] = command
        self._put(order)

    def turn(self, order: ArmedOrder, state: RuleState) -> ArmedOrder:
        """The order in another state, from now on."""
        changed = replace(order, state=state)
        self._put(changed)
        return changed

    def put(self, order: ArmedOrder) -> None:
        """The order as it stands from now on."""
        self._put(order)

    def _put(self, order: ArmedOrder) -> None:
        self._orders[order.number] = order
        self.version += 1
        self.waiting = tuple(
            sorted((o for o in self._orders.values() if o.is_waiting), key=lambda o: o.number)
        )
        self.wires = level_wires(self.waiting)

    def mates(self, order: ArmedOrder) -> Sequence[ArmedOrder]:
        """The others of its group that wait."""
        if order.group is None:
            return ()
        return [one for one in self.waiting if one.group == order.group and one.number != order.number]

    # --- the disk ---

    async def commit(self, steps: Sequence[RuleStep], new: RuleRow | None = None) -> None:
        """All of it in one commit, with what is owed before it. Raises JournalError: then it is not known to
        be on disk."""
        async with self._turn:
            owed = tuple(self._owed)
            await self._journal.write_rules([*owed, *steps], new)
            del self._owed[: len(owed)]

    def owe(self, steps: Iterable[RuleStep]) -> None:
        """These are so whatever the disk says; the next commit writes them."""
        self._owed += steps
