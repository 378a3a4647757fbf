"""What the verbs on the terminal itself come to: watchlist, presets, lock, trailing. None sends an order."""

from xbtfx_tui.commands.command import (
    AllPositions,
    ClearPreset,
    Lock,
    OneTicket,
    SetPreset,
    SwitchGroup,
    TellCurrency,
    Trail,
    TrailOff,
    Unlock,
    Unwatch,
    Watch,
)
from xbtfx_tui.domain.account_currency import NamedByServer
from xbtfx_tui.domain.pips import NoPip
from xbtfx_tui.domain.plain_text import plain
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sizing import Lots, size_text
from xbtfx_tui.domain.stop_forms import InRisk, StopForm, form_text, number_text
from xbtfx_tui.domain.symbols import SymbolSpec
from xbtfx_tui.domain.trailing import least_distance
from xbtfx_tui.domain.volumes import volume_problem, volume_steps
from xbtfx_tui.planning.assembling import some_of
from xbtfx_tui.planning.market import needs
from xbtfx_tui.planning.opening import size_and_sl_problem
from xbtfx_tui.planning.plan import Deed, NeedsSymbols, Refusal, Sheet
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.planning.targets import positions_of
from xbtfx_tui.planning.words import listed, many, name

_LISTED = 5


def own_deed(
    command: Watch | Unwatch | SwitchGroup | SetPreset | ClearPreset | Lock | Unlock | TellCurrency,
    view: PlanView,
) -> Deed | Refusal:
    """What a verb changes of the terminal, in a sentence."""
    match command:
        case Watch(symbol):
            return Deed(command, f"Puts {name(symbol)} on the watchlist.")
        case Unwatch(symbol):
            return Deed(command, f"Takes {name(symbol)} off the watchlist.")
        case SwitchGroup(group):
            if view.groups and group not in view.groups:
                return Refusal(f"There is no group {plain(group, 32)}. {_groups_words(view)}")
            return Deed(command, f"Shows the group {plain(group, 32)}.")
        case SetPreset():
            return _preset(command, view)
        case ClearPreset(symbol):
            return Deed(command, f"The ticket of {name(symbol)} begins as any other again.")
        case TellCurrency(currency):
            if isinstance(named := view.store.currency, NamedByServer):
                return Refusal(f"The server says that the account is in {named.currency}: that counts.")
            return Deed(command, f"Takes the account to be in {currency}, now and in later runs.")
        case Lock():
            return Deed(command, "Locks trading: no order is sent until it is unlocked.")
        case Unlock():
            return Deed(command, "Unlocks trading: orders are sent to the account.")


def _preset(command: SetPreset, view: PlanView) -> Deed | Refusal:
    size, symbol = command.size, name(command.symbol)
    if (problem := size_and_sl_problem(size, command.sl)) is not None:
        return Refusal(problem)
    if not isinstance(size, Lots) and command.sl is None:
        return Refusal(
            f"A risk of {size_text(size)} needs an sl, like sl=30p; without one type lots like 0.10."
        )
    if isinstance(command.sl, InRisk):
        return Refusal(f"{form_text(command.sl)} is a multiple of the distance to the sl: try sl=30p.")
    if isinstance(command.tp, InRisk) and command.sl is None:
        return Refusal(f"A tp of {form_text(command.tp)} needs an sl to count the risk by, like sl=30p.")
    spec = view.store.specs.get(command.symbol)
    if isinstance(size, Lots) and spec is not None:
        bad = volume_problem(size.volume, volume_steps(spec))
        if bad is not None:
            return Refusal(bad)
    unit = " lots" if isinstance(size, Lots) else " at risk"
    stops = f"sl {_form(command.sl)}, tp {_form(command.tp)}"
    return Deed(command, f"The ticket of {symbol} begins with {size_text(size)}{unit}, {stops}.")


def _form(form: StopForm | None) -> str:
    return "none" if form is None else form_text(form)


# --- trailing ---


def trailing(command: Trail, view: PlanView) -> Deed | Refusal | NeedsSymbols:
    """Which positions are trailed from now on; those whose symbol wants more distance are left out."""
    held = positions_of(command.target, view)
    if isinstance(held, Refusal):
        return held
    specs, distance = view.store.specs, f"{number_text(command.pips)} pips"
    if unread := [position.symbol for position in held if position.symbol not in specs]:
        return needs(unread)
    fit: list[Position] = []
    left_out: list[str] = []
    for position in held:
        spec = specs[position.symbol]
        if (problem := _distance_problem(command, spec)) is None:
            fit.append(position)
        else:
            left_out.append(problem)
    if not fit:
        return Refusal(some_of(left_out))
    more = f" {some_of(left_out)}" if left_out else ""
    words = (
        f"Trails the stop of {_who(fit)} at {distance}, while this terminal runs: it moves with the price, "
        f"never back.{more}"
    )
    return Deed(command, words, tuple(position.ticket for position in fit), needs_yes=True)


def _distance_problem(command: Trail, spec: SymbolSpec) -> str | None:
    least = least_distance(spec)
    if isinstance(least, NoPip):
        return f"{least.sentence} A trail counts in pips alone."
    if command.pips >= least:
        return None
    shown = number_text(least)
    return f"{name(spec.name)} takes a distance of {shown} pips or more: try trail {shown}p."


def trailing_off(command: TrailOff, view: PlanView) -> Deed | Refusal:
    """Which positions are trailed no longer. Of all: whatever is trailed, also where nothing is open."""
    trailed = view.trailed
    if trailed is not None and not trailed:
        return Refusal("No stop is trailed. Try trail 15p.")
    held = positions_of(command.target, view)
    if isinstance(held, Refusal):
        if trailed is None or not isinstance(command.target, AllPositions):
            return held
        held = ()
    of_all = isinstance(command.target, AllPositions)
    tickets = tuple(p.ticket for p in held if trailed is None or p.ticket in trailed)
    if trailed is not None and of_all:
        tickets = tuple(sorted(trailed))
    if not tickets:
        which = "That position's" if isinstance(command.target, OneTicket) else "None of these positions'"
        return Refusal(
            f"{which} stop is not trailed. Trailed: {', '.join(map(str, sorted(trailed or ())[:_LISTED]))}."
        )
    who = listed([str(ticket) for ticket in tickets[:_LISTED]], max(0, len(tickets) - _LISTED))
    return Deed(command, f"Trails the stop of {who} no longer; it stays where it is.", tickets)


def _who(held: list[Position]) -> str:
    shown = [f"{position.ticket} {name(position.symbol)}" for position in held[:_LISTED]]
    more = len(held) - len(shown)
    count = "" if len(held) == 1 else f"{many(len(held), 'position')}: "
    return f"{count}{listed(shown, more)}"


# --- groups ---


def group_sheet(view: PlanView) -> Sheet:
    """The groups of the watchlist, the one on screen marked."""
    lines = tuple(f"{'*' if group == view.group else ' '} {plain(group, 32)}" for group in view.groups)
    return Sheet("Groups of the watchlist", lines or ("There are none.",))


def _groups_words(view: PlanView) -> str:
    shown = [plain(group, 32) for group in view.groups[:_LISTED]]
    return f"There are {listed(shown, len(view.groups) - len(shown))}."
