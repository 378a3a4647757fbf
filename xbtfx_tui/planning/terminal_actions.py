"""What the verbs on the terminal come to: watchlist, layouts, presets, lock, trailing. It sends no order."""

from collections.abc import Sequence

from xbtfx_tui.commands.chart_command_types import (
    ChangeChart,
    ChangeIndicators,
    HideIndicator,
    SetTimeframe,
    ShowChart,
    ShowChartAt,
    ShowIndicator,
)
from xbtfx_tui.commands.command_types import (
    AllPositions,
    ChangeLayout,
    ClearPreset,
    Lock,
    OneTicket,
    RemoveLayout,
    RenameLayout,
    SaveLayout,
    SetPreset,
    ShowLayout,
    SwitchGroup,
    TellCurrency,
    Trail,
    TrailOff,
    Unlock,
    Unwatch,
    Watch,
)
from xbtfx_tui.domain.account_currency import NamedByServer
from xbtfx_tui.domain.indicators import indicator_name, period_problem
from xbtfx_tui.domain.intents import tickets_of
from xbtfx_tui.domain.position_sizing import Lots, size_text
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.stop_input import StopForm, form_text
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.domain.ticket_presets import Preset
from xbtfx_tui.domain.timeframe_words import timeframe_words
from xbtfx_tui.domain.trailing_stop import BadDistance, pips_text
from xbtfx_tui.planning.open_draft import preset_problem
from xbtfx_tui.planning.plan_assembly import plan_of_target
from xbtfx_tui.planning.plan_text import listed, many, name
from xbtfx_tui.planning.plan_types import Deed, NeedsSymbols, PlanRefusal, PlanStep, Sheet
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.planning.priced_symbol import Awaited, NoMarket, PricedSymbol, last_market, needs
from xbtfx_tui.planning.target_positions import positions_of
from xbtfx_tui.planning.trail_draft import WHILE_IT_RUNS, TrailDraft, draft_trail

_LISTED = 5


def own_deed(
    command: Watch
    | Unwatch
    | SwitchGroup
    | ChangeLayout
    | ChangeChart
    | ChangeIndicators
    | SetPreset
    | ClearPreset
    | Lock
    | Unlock
    | TellCurrency,
    view: PlanView,
) -> Deed | PlanRefusal:
    """What a verb changes of the terminal, in a sentence."""
    match command:
        case Watch(symbol):
            return Deed(command, f"Puts {name(symbol)} on the watchlist.")
        case Unwatch(symbol):
            return Deed(command, f"Takes {name(symbol)} off the watchlist.")
        case SwitchGroup(group):
            if view.groups and group not in view.groups:
                return PlanRefusal(f"There is no group {plain(group, 32)}. {_groups_words(view)}")
            return Deed(command, f"Shows the group {plain(group, 32)}.")
        case ShowLayout() | SaveLayout() | RenameLayout() | RemoveLayout():
            return _layout(command, view)
        case ShowChart() | ShowChartAt() | SetTimeframe() | ShowIndicator() | HideIndicator():
            return _chart(command, view)
        case SetPreset():
            return _preset(command, view)
        case ClearPreset(symbol):
            return Deed(command, f"The ticket of {name(symbol)} begins as any other again.")
        case TellCurrency():
            return _currency(command, view)
        case Lock():
            return Deed(command, "Locks trading: no order is sent until it is unlocked.")
        case Unlock():
            return Deed(command, "Unlocks trading: orders are sent to the account.")


def _preset(command: SetPreset, view: PlanView) -> Deed | PlanRefusal:
    size, symbol = command.size, name(command.symbol)
    preset = Preset(size, command.sl, command.tp)
    if (problem := preset_problem(command.symbol, preset, view.store)) is not None:
        return PlanRefusal(problem)
    unit = " lots" if isinstance(size, Lots) else " at risk"
    stops = f"sl {_form(command.sl)}, tp {_form(command.tp)}"
    return Deed(command, f"The ticket of {symbol} begins with {size_text(size)}{unit}, {stops}.")


def _layout(command: ChangeLayout, view: PlanView) -> Deed | PlanRefusal:
    if (refusal := view.layout_refusal(command)) is not None:
        return PlanRefusal(refusal)
    name = plain(command.name, 32)
    match command:
        case ShowLayout():
            return Deed(command, f"Lays the screen out as {name}.")
        case SaveLayout():
            return Deed(command, f"Keeps the panes, sizes and columns of now as the layout {name}.")
        case RenameLayout(to=to):
            return Deed(command, f"Calls the layout {name} from now on {plain(to, 32)}.")
        case RemoveLayout():
            return Deed(command, f"Removes the layout {name}; what was set in it goes with it.")


def _chart(command: ChangeChart | ChangeIndicators, view: PlanView) -> Deed | PlanRefusal:
    match command:
        case ShowChart(symbol, timeframe):
            length = "" if timeframe is None else f", candles of {timeframe_words(timeframe)}"
            return Deed(command, f"Shows the chart of {name(symbol)}{length}.")
        case ShowChartAt(number, symbol, timeframe):
            if (refusal := view.chart_refusal(command)) is not None:
                return PlanRefusal(refusal)
            length = "" if timeframe is None else f", candles of {timeframe_words(timeframe)}"
            return Deed(command, f"Shows {name(symbol)} as chart {number} of several{length}.")
        case SetTimeframe(timeframe):
            return Deed(command, f"Shows the chart in candles of {timeframe_words(timeframe)}.")
        case HideIndicator(kind, period):
            return Deed(command, f"Draws {indicator_name(kind, period)} on the chart no more.")
        case ShowIndicator(kind, period):
            problem = None if period is None else period_problem(kind, period)
            if problem is not None:
                return PlanRefusal(problem)
            return Deed(command, f"Draws {indicator_name(kind, period)} on the chart.")


def _currency(command: TellCurrency, view: PlanView) -> Deed | PlanRefusal:
    if isinstance(named := view.store.currency, NamedByServer):
        return PlanRefusal(f"The server says that the account is in {named.currency}: that counts.")
    return Deed(command, f"Takes the account to be in {command.currency}, now and in later runs.")


def _form(form: StopForm | None) -> str:
    return "none" if form is None else form_text(form)


# --- trailing ---


def trailing(command: Trail, view: PlanView) -> Deed | PlanRefusal | NeedsSymbols:
    """Which positions are trailed from now on; those that can't be are left out, and it is said why."""
    if view.no_trails is not None:
        return PlanRefusal(view.no_trails)
    held = positions_of(command.target, view)
    if isinstance(held, PlanRefusal):
        return held
    markets = {one.symbol: last_market(view.store, one.symbol, view.now) for one in held}
    if awaited := [market.symbol for market in markets.values() if isinstance(market, Awaited)]:
        return needs(awaited)
    drafts: list[TrailDraft] = []
    left_out: list[tuple[Position, str]] = []
    for position in held:
        match markets[position.symbol]:
            case PricedSymbol() as market:
                drafted = draft_trail(position, command.pips, market, view, view.desk.new_intent_id())
                if isinstance(drafted, BadDistance):
                    left_out.append((position, drafted.sentence))
                else:
                    drafts.append(drafted)
            case NoMarket(sentence):
                left_out.append((position, sentence))
            case Awaited():
                pass
    planned = plan_of_target(
        command.target,
        [one.order for one in drafts],
        lambda steps: _trailing_headline(command, steps),
        left_out,
    )
    if isinstance(planned, PlanRefusal):
        return planned
    tickets = tuple(ticket for step in planned.steps for ticket in tickets_of(step.intent))
    lines = tuple(one.line for one in drafts if not set(tickets).isdisjoint(tickets_of(one.order.intent)))
    return Deed(
        command,
        planned.headline,
        tickets,
        needs_yes=True,
        lines=lines if len(lines) > 1 else (),
        remarks=planned.remarks,
    )


def _trailing_headline(command: Trail, steps: Sequence[PlanStep]) -> str:
    if len(steps) == 1:
        return steps[0].words
    return f"Trail {many(len(steps), 'position')} at {pips_text(command.pips)}, never back, {WHILE_IT_RUNS}."


def trailing_off(command: TrailOff, view: PlanView) -> Deed | PlanRefusal:
    """Which positions are trailed no longer. Of all: whatever is trailed, also where nothing is open."""
    if view.no_trails is not None:
        return PlanRefusal(view.no_trails)
    trailed = view.trailed
    if trailed is not None and not trailed:
        return PlanRefusal("No stop is trailed. Try trail 15p.")
    held = positions_of(command.target, view)
    if isinstance(held, PlanRefusal):
        if trailed is None or not isinstance(command.target, AllPositions):
            return held
        held = ()
    of_all = isinstance(command.target, AllPositions)
    tickets = tuple(p.ticket for p in held if trailed is None or p.ticket in trailed)
    if trailed is not None and of_all:
        tickets = tuple(sorted(trailed))
    if not tickets:
        which = "That position's" if isinstance(command.target, OneTicket) else "None of these positions'"
        return PlanRefusal(
            f"{which} stop is not trailed. Trailed: {', '.join(map(str, sorted(trailed or ())[:_LISTED]))}."
        )
    who = listed([str(ticket) for ticket in tickets[:_LISTED]], max(0, len(tickets) - _LISTED))
    return Deed(command, f"Trails the stop of {who} no longer; it stays where it is.", tickets)


# --- groups and layouts ---


def group_sheet(view: PlanView) -> Sheet:
    """The groups of the watchlist, the one on screen marked."""
    return _names_sheet("Groups of the watchlist", view.groups, view.group)


def layout_sheet(view: PlanView) -> Sheet:
    """The layouts of the screen, the one of now marked."""
    return _names_sheet("Layouts of the screen", view.layouts, view.layout)


def _names_sheet(title: str, names: Sequence[str], shown: str | None) -> Sheet:
    lines = tuple(f"{'*' if one == shown else ' '} {plain(one, 32)}" for one in names)
    return Sheet(title, lines or ("There are none.",))


def _groups_words(view: PlanView) -> str:
    shown = [plain(group, 32) for group in view.groups[:_LISTED]]
    return f"There are {listed(shown, len(view.groups) - len(shown))}."
