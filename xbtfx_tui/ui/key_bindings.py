"""The one table of what keys do: id, keys, words, and the reason when one does not work now.

The bindings, the line of keys, the help (`help_contents`) and the palette are all made of it. It runs nothing
itself.
"""

from collections.abc import Sequence
from enum import Enum

import msgspec

from xbtfx_tui.ui.action_availability import (
    WhyNot,
    always,
    has_doubt,
    has_half_reversed,
    has_symbol,
    may_change,
    may_close,
    may_close_by,
    may_close_symbol,
    may_kill,
    may_lock,
    may_modify,
    may_open,
    may_reverse,
    may_trail,
)
from xbtfx_tui.ui.dialog_key_table import DIALOG_KEYS
from xbtfx_tui.ui.pane_key_table import MOVES


class HelpGroup(Enum):
    """Where an action stands in the help."""

    TRADE = "Trading"
    PANES = "Panes"
    MOVE = "In a pane"
    SYMBOLS = "Symbols"
    PROGRAM = "Program"
    DIALOGS = "In a dialog"


class Action(msgspec.Struct, frozen=True):
    """One thing that a key does.

    `keys` as Textual writes them, comma between; `label` is the line's word, empty = not in the line;
    `words` says what it does; `run` is the screen's method (`action_<run>`). `fleeting` True: in the line
    only while it works, and then never left out.
    """

    id: str
    keys: str
    label: str
    words: str
    group: HelpGroup
    run: str
    why_not: WhyNot = always
    fleeting: bool = False


ACTIONS: Sequence[Action] = (
    Action(
        "trade.buy",
        "b",
        "buy",
        "Buy the selected symbol: opens the ticket",
        HelpGroup.TRADE,
        "ticket('buy')",
        may_open,
    ),
    Action(
        "trade.sell",
        "s",
        "sell",
        "Sell the selected symbol: opens the ticket",
        HelpGroup.TRADE,
        "ticket('sell')",
        may_open,
    ),
    Action(
        "trade.close",
        "c",
        "close",
        "Close the selected position, in full or in part",
        HelpGroup.TRADE,
        "close_position",
        may_close,
    ),
    Action(
        "trade.modify",
        "m",
        "stops",
        "Change sl and tp of the selected position or pending order; of an armed order its line",
        HelpGroup.TRADE,
        "modify",
        may_modify,
    ),
    Action(
        "trade.breakeven",
        "e",
        "",
        "Breakeven: the selected position's sl to its open price plus the spread",
        HelpGroup.TRADE,
        "breakeven",
        may_change,
    ),
    Action(
        "trade.trail",
        "t",
        "",
        "Trailing stop of the selected position on, at a distance in pips, or off",
        HelpGroup.TRADE,
        "trail",
        may_trail,
    ),
    Action(
        "trade.reverse",
        "r",
        "",
        "Reverse the selected position: close it and open its opposite; an armed order: arm its line again",
        HelpGroup.TRADE,
        "reverse",
        may_reverse,
    ),
    Action(
        "trade.close_by",
        "y",
        "",
        "Close the selected position by an opposite one (hedging accounts)",
        HelpGroup.TRADE,
        "close_by",
        may_close_by,
    ),
    Action(
        "trade.reenter",
        "R",
        "re-enter",
        "After a half-done reverse: the ticket for its other half",
        HelpGroup.TRADE,
        "reenter",
        has_half_reversed,
        fleeting=True,
    ),
    Action(
        "account.exposure",
        "v",
        "",
        "Net exposure, and the distance to a margin call",
        HelpGroup.TRADE,
        "exposure",
    ),
    Action(
        "trade.close_symbol",
        "S",
        "",
        "Close all positions of the selected symbol (a typed word)",
        HelpGroup.TRADE,
        "close_symbol",
        may_close_symbol,
    ),
    Action(
        "trade.close_all",
        "X, ctrl+x",
        "",
        "Kill switch: block new orders, then close everything (a typed word). Over every dialog, too; where "
        "a field takes text, X is a letter: ctrl+x",
        HelpGroup.TRADE,
        "close_all",
        may_kill,
    ),
    Action(
        "order.doubt",
        "u",
        "unknown",
        "Orders that are unknown, or long on their way: look, and decide",
        HelpGroup.TRADE,
        "doubt",
        has_doubt,
        fleeting=True,
    ),
    Action(
        "trade.lock",
        "ctrl+l",
        "lock",
        "Lock and unlock trading, over every dialog, too",
        HelpGroup.TRADE,
        "lock",
        may_lock,
    ),
    Action(
        "one_click.arm",
        "f8",
        "",
        "One-click trading, where the config allows it: arm it for this run (a typed word), and end it",
        HelpGroup.TRADE,
        "arm_one_click",
    ),
    Action(
        "one_click.buy",
        "shift+f5, f17",
        "",
        "While one-click trading is armed: buy the symbol's preset at once, without a review",
        HelpGroup.TRADE,
        "one_click('buy')",
        may_open,
    ),
    Action(
        "one_click.sell",
        "shift+f6, f18",
        "",
        "The same: sell at once",
        HelpGroup.TRADE,
        "one_click('sell')",
        may_open,
    ),
    Action(
        "one_click.close",
        "shift+f7, f19",
        "",
        "The same: close all of the selected position at once",
        HelpGroup.TRADE,
        "one_click_close",
        may_close,
    ),
    Action("pane.quotes", "1", "", "Quotes", HelpGroup.PANES, "show_pane('quotes')"),
    Action("pane.depth", "2", "", "Depth", HelpGroup.PANES, "show_pane('depth')"),
    Action("pane.chart", "3", "", "Chart", HelpGroup.PANES, "show_pane('chart')"),
    Action("pane.positions", "4", "", "Positions", HelpGroup.PANES, "show_pane('positions')"),
    Action("pane.orders", "5", "", "Orders", HelpGroup.PANES, "show_pane('orders')"),
    Action("pane.history", "6", "", "History", HelpGroup.PANES, "show_pane('history')"),
    Action("pane.messages", "7", "", "Messages", HelpGroup.PANES, "show_pane('messages')"),
    Action("pane.next", "tab", "pane", "Next pane", HelpGroup.PANES, "next_pane(1)"),
    Action("pane.previous", "shift+tab", "", "Previous pane", HelpGroup.PANES, "next_pane(-1)"),
    Action("pane.zoom", "z", "zoom", "Zoom the pane, and back", HelpGroup.PANES, "zoom"),
    Action("layout.next", "W", "", "Next layout: trade, watch ...", HelpGroup.PANES, "next_layout(1)"),
    Action("layout.narrower", "less_than_sign", "", "Pane narrower", HelpGroup.PANES, "size_pane(row, -1)"),
    Action("layout.wider", "greater_than_sign", "", "Pane wider", HelpGroup.PANES, "size_pane(row, 1)"),
    Action("layout.low", "left_curly_bracket", "", "Pane lower", HelpGroup.PANES, "size_pane(column, -1)"),
    Action("layout.tall", "right_curly_bracket", "", "Pane taller", HelpGroup.PANES, "size_pane(column, 1)"),
    Action(
        "pane.choose",
        "p",
        "",
        "Choose the pane's columns or parts",
        HelpGroup.PANES,
        "choose_columns",
    ),
    Action("layout.usual", "equals_sign", "", "Panes sized by need again", HelpGroup.PANES, "size_by_need"),
    Action(
        "symbol.find",
        "slash",
        "find",
        "Find a symbol, add it to the watchlist and select it",
        HelpGroup.SYMBOLS,
        "find",
    ),
    Action(
        "symbol.remove",
        "delete",
        "",
        "Remove the selected symbol from the watchlist; in Orders, take the armed order away",
        HelpGroup.SYMBOLS,
        "remove_symbol",
        has_symbol,
    ),
    Action(
        "program.command",
        "colon",
        "command",
        "Command line: close losers EUR*, be 20p, pnl last_week ...",
        HelpGroup.PROGRAM,
        "command",
    ),
    Action(
        "proposals.list",
        "P",
        "",
        "Proposals of scripts: review, decline, edit",
        HelpGroup.PROGRAM,
        "proposals",
    ),
    Action("alerts.list", "a", "", "Alerts: look, make one, re-arm, remove", HelpGroup.SYMBOLS, "alerts"),
    Action(
        "symbol.spec",
        "i",
        "",
        "Spec sheet of the symbol: contract, steps, margin, swaps, sessions",
        HelpGroup.SYMBOLS,
        "spec",
    ),
    Action("watchlist.groups", "w", "", "Groups of the watchlist", HelpGroup.SYMBOLS, "groups"),
    Action(
        "watchlist.next", "ctrl+right", "", "Next group of the watchlist", HelpGroup.SYMBOLS, "next_group(1)"
    ),
    Action(
        "watchlist.previous",
        "ctrl+left",
        "",
        "Previous group of the watchlist",
        HelpGroup.SYMBOLS,
        "next_group(-1)",
    ),
    Action(
        "copy.ticket",
        "C",
        "",
        "Copy the row's number or message, or an unknown order's key (OSC 52)",
        HelpGroup.PANES,
        "copy_row",
    ),
    Action("copy.story", "ctrl+y", "", "Copy what its orders came to", HelpGroup.PANES, "copy_story"),
    Action("program.help", "question_mark", "help", "Every key and what it does", HelpGroup.PROGRAM, "help"),
    Action(
        "program.redraw",
        "ctrl+r",
        "",
        "Draw the whole screen anew; try a lost stream again at once",
        HelpGroup.PROGRAM,
        "redraw",
    ),
    Action(
        "program.palette", "ctrl+p", "", "Command palette: actions and themes", HelpGroup.PROGRAM, "palette"
    ),
    Action(
        "program.suspend",
        "ctrl+z",
        "",
        "Back to the shell until fg, over every dialog, too. Prices, alerts and trailing stops stand still",
        HelpGroup.PROGRAM,
        "suspend",
    ),
    Action("program.quit", "q", "quit", "Quit; open positions stay open", HelpGroup.PROGRAM, "quit"),
)

OVER_DIALOGS = ("trade.lock", "trade.close_all")
WORKS_UNSEEN = frozenset({*OVER_DIALOGS, "program.quit", "program.suspend", "program.redraw"})
"""What is done where the terminal is too small to show on what."""
"""The actions whose keys work over every dialog, too: whatever is open, trading can be stopped at once."""

_NAMES = {
    "slash": "/",
    "colon": ":",
    "question_mark": "?",
    "delete": "del",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "equals_sign": "=",
    "plus": "+",
    "minus": "-",
    "comma": ",",
}


def key_name(keys: str) -> str:
    """Keys as a keyboard shows them: `slash` is `/`."""
    return ", ".join(_NAMES.get(key.strip(), key.strip()) for key in keys.split(","))


def first_key(keys: str) -> str:
    """The first of several, as a keyboard shows it: what a hint has room for."""
    return key_name(keys.partition(",")[0])


def action(action_id: str) -> Action:
    """The action of that id. Raises KeyError where there is none."""
    return _BY_ID[action_id]


_BY_ID = {one.id: one for one in ACTIONS}

ACTION_IDS = (*_BY_ID, *(move_id for move_id, _, _ in MOVES), *(one.id for one in DIALOG_KEYS))
"""Every id that a key can be given to in the config."""
