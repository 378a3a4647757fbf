"""Trailing stops that stand still: they remember what they were told, and move nothing."""

from dataclasses import dataclass, field
from decimal import Decimal

from xbtfx_tui.domain.trailing_stop import TrailingStop, pips_text
from xbtfx_tui.store.store import Store


@dataclass
class StillTrails:
    """`ui.ports.Trails`; `refuses` is what it says to the next start, if anything."""

    store: Store
    on: dict[int, TrailingStop] = field(default_factory=dict)
    refuses: str | None = None
    elsewhere: str | None = None

    def trails(self) -> tuple[TrailingStop, ...]:
        return tuple(self.on[ticket] for ticket in sorted(self.on))

    def start(self, ticket: int, pips: Decimal) -> str:
        if self.refuses is not None:
            return self.refuses
        position = self.store.positions[ticket]
        self.on[ticket] = TrailingStop(ticket, position.symbol, position.side, pips)
        return f"{position.symbol} {ticket} trails at {pips_text(pips)} while this terminal runs."

    def stop(self, ticket: int) -> str:
        trail = self.on.pop(ticket)
        return f"{trail.symbol} {ticket} trails no more; its sl stays where it is."
