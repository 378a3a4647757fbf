"""What a start makes of the armed orders in the journal: those that wait are away, the rest is told. Pure.

One that fired and whose order is not in the journal was surely never sent, for the desk commits before the
first byte. One whose order is there is the desk's: it is looked for like any other. Nothing is sent here.
"""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from xbtfx_tui.commands.grammar import Mistake, parse
from xbtfx_tui.commands.known_names import Known
from xbtfx_tui.commands.rule_types import ArmEntry
from xbtfx_tui.domain.armed_orders import ArmedOrder, RuleAway, order_words
from xbtfx_tui.domain.store_events import Severity
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.orders.journal.rule_rows import RuleFound, RuleRow, RuleStep, RuleStepKind
from xbtfx_tui.planning.arming import armed_order
from xbtfx_tui.planning.plan_types import PlanRefusal

NOT_RUNNING = "this program did not run"
_LONGEST = 400
_NAMED = 3


class TakenUp(msgspec.Struct):
    """The orders that wait on, the steps that the journal lacks, and what is to be said."""

    waiting: list[tuple[ArmedOrder, ArmEntry]]
    ended: list[RuleStep]
    said: list[tuple[Severity, str]]


def taken_up(found: Sequence[RuleFound], wall: float) -> TakenUp:
    """Take up what an earlier run left, at `wall` (unix time)."""
    taken = TakenUp([], [], [])
    for one in found:
        if one.last.kind is RuleStepKind.FIRED:
            _tell_fired(taken, one, wall)
            continue
        match _read(one):
            case (order, command):
                taken.waiting.append((order, command))
            case str(why):
                _end(taken, one.row, wall, f"its line can't be read: {why}")
                words = f"has ended, for its line can't be read: {plain(one.row.line, _LONGEST)}. {why}"
                taken.said.append((Severity.ERROR, f"Armed order {one.row.number} {words}"))
    if taken.waiting:
        taken.said.append((Severity.WARNING, _waiting_words([order for order, _ in taken.waiting])))
    return taken


def _tell_fired(taken: TakenUp, one: RuleFound, wall: float) -> None:
    """It fired, and the program ended before that was told: what is known of its order, and its group."""
    what = f"Armed order {one.row.number} had fired when this program ended"
    mates = "; ".join(f"{row.number} {plain(row.line, _LONGEST)}" for row in one.ended_with_it)
    group = f" With it ended its group: {mates}." if mates else ""
    if one.has_order:
        _end(taken, one.row, wall, "fired, and told")
        words = "its order was written down, and is followed like any other."
        taken.said.append((Severity.WARNING, f"{what}: {words}{group}"))
        return
    _end(taken, one.row, wall, "fired when the program ended; its order was never sent")
    again = f"To arm it again: {plain(one.row.line, _LONGEST)}"
    taken.said.append((Severity.ERROR, f"{what}, and its order was never sent.{group} {again}"))


def _end(taken: TakenUp, row: RuleRow, wall: float, words: str) -> None:
    taken.ended.append(RuleStep(row.number, wall, RuleStepKind.ENDED, words))


def _read(one: RuleFound) -> tuple[ArmedOrder, ArmEntry] | str:
    """The order of a row's line, away; or why there is none, as a sentence."""
    command = parse(one.row.line, Known(frozenset({one.row.symbol})))
    if isinstance(command, Mistake):
        return command.sentence
    if not isinstance(command, ArmEntry):
        return "It arms nothing."
    order = armed_order(command, one.row.number, one.row.wall, one.firings)
    if isinstance(order, PlanRefusal):
        return order.sentence
    return replace(order, state=RuleAway(NOT_RUNNING)), command


def _waiting_words(waiting: Sequence[ArmedOrder]) -> str:
    count = "1 armed order waits" if len(waiting) == 1 else f"{len(waiting)} armed orders wait"
    named = ", ".join(f"{one.number} {order_words(one)}" for one in waiting[:_NAMED])
    more = f" and {len(waiting) - _NAMED} more" if len(waiting) > _NAMED else ""
    return f"{count} again: {named}{more}. What is reached at the first price is asked, not sent."
