"""What `buy` and `sell` come to: one order, drafted as the ticket drafts it. Sends nothing."""

from xbtfx_tui.commands.command_types import Open
from xbtfx_tui.planning.open_draft import OpenRequest, draft_open, market_to_open, size_and_sl_problem
from xbtfx_tui.planning.plan_assembly import plan_of_draft
from xbtfx_tui.planning.plan_types import NeedsSymbols, Plan, PlanRefusal
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.planning.priced_symbol import Awaited, NoMarket, PricedSymbol, needs


def opening(command: Open, view: PlanView) -> Plan | PlanRefusal | NeedsSymbols:
    """The one order of the command; distances count from the price that it would open at now."""
    # No price could mend that: it is said without waiting for one.
    if (problem := size_and_sl_problem(command.size, command.sl)) is not None:
        return PlanRefusal(problem)
    match market_to_open(view, command.symbol):
        case Awaited(symbol):
            return needs([symbol])
        case NoMarket(sentence):
            return PlanRefusal(sentence)
        case PricedSymbol() as market:
            request = OpenRequest(
                command.symbol,
                command.side,
                command.size,
                command.sl,
                command.tp,
                command.comment or "",
                spread_cap=command.cap,
            )
            drafted = draft_open(request, market, view, view.desk.new_intent_id())
            return plan_of_draft(drafted.order, drafted.headline)
