"""Armed orders of a terminal that stands still: the real ones, over a journal in memory."""

from collections.abc import Sequence

from xbtfx_tui.orders.journal.rule_rows import RuleFound, RuleRow, RuleStep


class MemoryRules:
    """A journal that keeps what was written in this run, in its order."""

    def __init__(self) -> None:
        self.rows: list[RuleRow] = []
        self.steps: list[RuleStep] = []

    async def rules(self) -> tuple[Sequence[RuleFound], int]:
        return (), len(self.rows) + 1

    async def write_rules(self, steps: Sequence[RuleStep], new: RuleRow | None = None) -> None:
        if new is not None:
            self.rows.append(new)
        self.steps += steps
