"""What is typed for a new alert, by the command line's own grammar: what it means, or what is wrong with it.

It sets nothing.
"""

import msgspec
from msgspec.structs import replace

from xbtfx_tui.commands.argument_types import name_text
from xbtfx_tui.commands.command_types import (
    AlertOnFeed,
    AlertOnMargin,
    AlertOnPrice,
    AlertOnProfit,
    AlertOnSpread,
    Command,
)
from xbtfx_tui.commands.grammar import Mistake, parse
from xbtfx_tui.commands.known_names import Known
from xbtfx_tui.planning.alert_planning import AlertDraft, draft_alert
from xbtfx_tui.planning.plan_types import PlanRefusal
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.store.store import Store
from xbtfx_tui.ui.dialogs.ticket_market import draft_view
from xbtfx_tui.ui.ports import Backend

VERB = "alert"
OF_THE_SYMBOL = "> 1.0900 or < 1.0700 is a price, spread > 20 is in points."
OF_ANYTHING = "Others in full: GBPUSD > 1.2700, margin < 300%, 184729 profit > 50, feed."


class AlertTextWrong(msgspec.Struct, frozen=True):
    """What is wrong, as a sentence; `is_unfinished` where it is only that there is more to type."""

    sentence: str
    is_unfinished: bool = False


def meaning(text: str, symbol: str | None, backend: Backend) -> AlertDraft | AlertTextWrong:
    """What this text comes to: behind `alert SYMBOL`, else behind `alert` alone. Any text will do."""
    if not text.strip():
        return AlertTextWrong(
            OF_ANYTHING if symbol is None else f"{OF_THE_SYMBOL} {OF_ANYTHING}", is_unfinished=True
        )
    command, length = _read(text, symbol, backend.store)
    match command:
        case Mistake(start, _, sentence, example):
            return AlertTextWrong(f"{sentence} Like: {example}", is_unfinished=start >= length)
        case AlertOnPrice() | AlertOnSpread() | AlertOnProfit() | AlertOnMargin() | AlertOnFeed():
            drafted = draft_alert(command, _view(backend))
        case _:
            return AlertTextWrong(f"Alerts are removed in the list, with del. Here: {OF_THE_SYMBOL}")
    return AlertTextWrong(drafted.sentence) if isinstance(drafted, PlanRefusal) else drafted


def _view(backend: Backend) -> PlanView:
    return replace(draft_view(backend), alert_refusal=backend.alerts.refusal)


def _read(text: str, symbol: str | None, store: Store) -> tuple[Command | Mistake, int]:
    """The command or the mistake, and how long the whole text is that its places are of."""
    known = Known({*store.symbols, *(position.symbol for position in store.positions.values())})
    whole = f"{VERB} {text}"
    alone = parse(whole, known)
    if symbol is None:
        return alone, len(whole)
    of_symbol = f"{VERB} {name_text(symbol)} {text}"
    behind = parse(of_symbol, known)
    if not isinstance(behind, Mistake):
        return behind, len(of_symbol)
    # Where both are wrong, the words are those of the reading that was begun.
    is_of_symbol = text.lstrip()[:1] in "<>=" or "spread".startswith(text.split()[0].lower())
    if isinstance(alone, Mistake) and is_of_symbol:
        return behind, len(of_symbol)
    return alone, len(whole)
