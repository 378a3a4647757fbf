"""The grammar of the command line, as data: each verb, its forms, its examples. Verbs are added here alone.

The parser, the printer, the completion and the help all work from VERBS.
"""

from collections.abc import Sequence

from xbtfx_tui.commands.argument_types import (
    ABOVE_BELOW,
    ALERT_NUMBER,
    COMMENT,
    COMPARISON,
    CURRENCY,
    GROUP,
    LAYOUT,
    MONEY,
    PART,
    PATTERN,
    PERCENT,
    PERIOD,
    PIPS,
    POINTS,
    PRICE,
    SIZE,
    STOP,
    SYMBOL,
    TICKET,
    ArgumentFound,
    ArgumentReading,
    Kind,
    Other,
)
from xbtfx_tui.commands.chart_verb import CHART_VERB
from xbtfx_tui.commands.command_types import (
    AlertOnFeed,
    AlertOnMargin,
    AlertOnPrice,
    AlertOnProfit,
    AlertOnSpread,
    AllPositions,
    Breakeven,
    BreakevenFrom,
    ByProfit,
    ClearPreset,
    Close,
    CloseBy,
    Help,
    ListAlerts,
    ListGroups,
    ListLayouts,
    Lock,
    Losers,
    OfSymbols,
    OneTicket,
    Open,
    RemoveAlert,
    RemoveLayout,
    RemoveStop,
    RenameLayout,
    Reverse,
    SaveLayout,
    SetPreset,
    SetStop,
    ShowCurrency,
    ShowExposure,
    ShowLayout,
    ShowMargin,
    ShowProfit,
    SwitchGroup,
    Target,
    TellCurrency,
    Trail,
    TrailOff,
    Unlock,
    Unwatch,
    Watch,
    Winners,
)
from xbtfx_tui.commands.known_names import Known
from xbtfx_tui.commands.lexer import Word
from xbtfx_tui.commands.rule_verbs import RULE_VERBS, entry
from xbtfx_tui.commands.verb_forms import Keyword, Maybe, OneOf, Options, Verb, VerbForm, WordSlot
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_rules import StopKind

_PATTERN = Maybe(WordSlot("pattern", PATTERN))
TARGETS: tuple[VerbForm[Target], ...] = (
    VerbForm(AllPositions, (Keyword("all", "every position"),)),
    VerbForm(Losers, (Keyword("losers", "positions below zero"), _PATTERN)),
    VerbForm(Winners, (Keyword("winners", "positions above zero"), _PATTERN)),
    VerbForm(
        ByProfit,
        (
            Keyword("profit", "positions by their profit, like profit>50"),
            WordSlot("comparison", COMPARISON),
            WordSlot("amount", MONEY),
            _PATTERN,
        ),
    ),
    VerbForm(OneTicket, (WordSlot("ticket", TICKET),)),
    VerbForm(OfSymbols, (WordSlot("pattern", PATTERN),)),
)
TARGET = OneOf("target", "TARGET", TARGETS)
_SYMBOL = WordSlot("symbol", SYMBOL)
_TICKET = WordSlot("ticket", TICKET)
_SL = WordSlot("sl", STOP)
_TP = WordSlot("tp", STOP)
_OPENING = (
    WordSlot("size", SIZE),
    _SYMBOL,
    Options((_SL, _TP, WordSlot("comment", COMMENT), WordSlot("cap", POINTS))),
)
_OFF = Keyword("off", "take it away")


def _opening(side: Side, *examples: str) -> VerbForm[Open]:
    return VerbForm(Open, _OPENING, examples, {"side": side})


def _stop(kind: StopKind, *examples: str) -> tuple[VerbForm[SetStop], VerbForm[RemoveStop]]:
    return (
        VerbForm(SetStop, (_TICKET, WordSlot("stop", STOP)), examples, {"kind": kind}),
        VerbForm(RemoveStop, (_TICKET, _OFF), (f"{kind.value} 184729 off",), {"kind": kind}),
    )


def _read_verb(word: Word, _known: Known) -> ArgumentReading:
    verb = None if word.is_quoted else find_verb(word.text)
    return Other() if verb is None else ArgumentFound(verb.name)


VERB = Kind("VERB", "a verb like close", _read_verb, str)

VERBS: Sequence[Verb] = (
    Verb(
        "buy",
        "Buy at market, for lots or a risk (1%, 50$); with cap= not while the spread is over so many points; "
        "with limit= or stop= once the price is there, while the terminal runs.",
        (
            _opening(
                Side.BUY,
                "buy 0.10 EURUSD sl=30p tp=2r",
                "buy 50$ EURUSD sl=30p",
                'buy 0.10 EURUSD comment="after the news"',
                "buy 0.10 EURUSD cap=20",
            ),
            entry(Side.BUY),
        ),
    ),
    Verb(
        "sell",
        "Sell, as buy buys: at market, or with limit= or stop= once the price is there.",
        (_opening(Side.SELL, "sell 1% XAUUSD sl=2345"), entry(Side.SELL)),
    ),
    Verb(
        "close",
        "Close positions, all of each or a part: one by its ticket, or all, losers, winners, those of a "
        "symbol or a pattern, those by their profit.",
        (
            VerbForm(
                Close,
                (TARGET, Maybe(WordSlot("part", PART))),
                (
                    "close 184729 half",
                    "close losers EUR*",
                    "close profit>50",
                    "close profit<-20 EUR*",
                    "close EURUSD 0.05",
                    "close EURUSD 25%",
                    "close all",
                ),
            ),
        ),
    ),
    Verb(
        "reverse",
        "Close a position and open its opposite of the same size.",
        (VerbForm(Reverse, (_TICKET,), ("reverse 184729",)),),
    ),
    Verb(
        "closeby",
        "Close a position by an opposite one of the same symbol (hedging accounts).",
        (VerbForm(CloseBy, (_TICKET, WordSlot("other", TICKET)), ("closeby 184729 184730",)),),
    ),
    Verb(
        "be",
        "Stop to breakeven: of the positions at least so many pips up, or of one ticket.",
        (
            VerbForm(BreakevenFrom, (WordSlot("pips", PIPS), Maybe(TARGET)), ("be 20p", "be 20p EUR*")),
            VerbForm(Breakeven, (_TICKET,), ("be 184729",)),
        ),
    ),
    Verb(
        "trail",
        "Trail the stop at a distance in pips, while the terminal runs; off to end it.",
        (
            VerbForm(Trail, (WordSlot("pips", PIPS), Maybe(TARGET)), ("trail 15p", "trail 15p 184729")),
            VerbForm(Trail, (TARGET, WordSlot("pips", PIPS)), ("trail 184729 15p",)),
            VerbForm(
                TrailOff,
                (Keyword("off", "trail no longer"), Maybe(TARGET)),
                ("trail off", "trail off EURUSD"),
            ),
        ),
    ),
    Verb(
        "sl",
        "Set the stop loss of a position or pending order; off takes it away.",
        _stop(StopKind.SL, "sl 184729 1.0820", "sl 184729 30p"),
    ),
    Verb(
        "tp",
        "Set the take profit of a position or pending order; off takes it away.",
        _stop(StopKind.TP, "tp 184729 1.0950", "tp 184729 2r"),
    ),
    Verb(
        "pnl",
        "What was realised, by symbol: closing deals, lots, profit, win rate. Of today by the server where "
        "no period is named.",
        (VerbForm(ShowProfit, (Maybe(WordSlot("period", PERIOD)),), ("pnl last_week", "pnl")),),
    ),
    Verb("margin", "The margin, and how far the margin call is.", (VerbForm(ShowMargin, (), ("margin",)),)),
    Verb(
        "exposure",
        "The net exposure by symbol and by currency.",
        (VerbForm(ShowExposure, (), ("exposure",)),),
    ),
    Verb(
        "currency",
        "Tell what the account is in, where the server does not; without a code, what is known of it.",
        (
            VerbForm(TellCurrency, (WordSlot("currency", CURRENCY),), ("currency USD",)),
            VerbForm(ShowCurrency, (), ("currency",)),
        ),
    ),
    Verb("watch", "Put a symbol on the watchlist.", (VerbForm(Watch, (_SYMBOL,), ("watch GBPJPY",)),)),
    Verb(
        "unwatch", "Take a symbol off the watchlist.", (VerbForm(Unwatch, (_SYMBOL,), ("unwatch GBPJPY",)),)
    ),
    Verb(
        "group",
        "Show a group of the watchlist; without a name, which groups there are.",
        (
            VerbForm(SwitchGroup, (WordSlot("name", GROUP),), ("group Majors",)),
            VerbForm(ListGroups, (), ("group",)),
        ),
    ),
    Verb(
        "layout",
        "Lay the screen out by a layout, keep the one of now under a name, rename or remove one of your own; "
        "without a name, which there are.",
        (
            VerbForm(
                SaveLayout,
                (Keyword("save", "keep the one of now under a name"), WordSlot("name", LAYOUT)),
                ("layout save scalp",),
            ),
            VerbForm(
                RenameLayout,
                (
                    Keyword("rename", "call one otherwise"),
                    WordSlot("name", LAYOUT),
                    WordSlot("to", LAYOUT),
                ),
                ("layout rename scalp london",),
            ),
            VerbForm(
                RemoveLayout,
                (Keyword("remove", "take one away"), WordSlot("name", LAYOUT)),
                ("layout remove london",),
            ),
            VerbForm(ShowLayout, (WordSlot("name", LAYOUT),), ("layout chart",)),
            VerbForm(ListLayouts, (), ("layout",)),
        ),
    ),
    CHART_VERB,
    Verb(
        "alert",
        "Tell once when a price, a spread, a position's profit or the margin level passes a limit, or when "
        "the feed is lost; off takes one away by its number.",
        (
            VerbForm(
                AlertOnPrice,
                (_SYMBOL, WordSlot("comparison", ABOVE_BELOW), WordSlot("price", PRICE)),
                ("alert EURUSD > 1.0900", "alert EURUSD < 1.0700"),
            ),
            VerbForm(
                AlertOnSpread,
                (
                    _SYMBOL,
                    Keyword("spread", "on the spread in points"),
                    Keyword(">", "above"),
                    WordSlot("points", POINTS),
                ),
                ("alert EURUSD spread > 20",),
            ),
            VerbForm(
                AlertOnMargin,
                (
                    Keyword("margin", "on the margin level"),
                    WordSlot("comparison", ABOVE_BELOW),
                    WordSlot("percent", PERCENT),
                ),
                ("alert margin < 300%",),
            ),
            VerbForm(AlertOnFeed, (Keyword("feed", "when the feed is lost"),), ("alert feed",)),
            VerbForm(
                RemoveAlert,
                (Keyword("off", "take an alert away"), WordSlot("number", ALERT_NUMBER)),
                ("alert off 2",),
            ),
            VerbForm(
                AlertOnProfit,
                (
                    _TICKET,
                    Keyword("profit", "of this position"),
                    WordSlot("comparison", ABOVE_BELOW),
                    WordSlot("amount", MONEY),
                ),
                ("alert 184729 profit > 50", "alert 184729 profit < -20"),
            ),
        ),
    ),
    *RULE_VERBS,
    Verb("alerts", "The alerts with their numbers.", (VerbForm(ListAlerts, (), ("alerts",)),)),
    Verb(
        "preset",
        "What the ticket of a symbol begins with; off to begin it as any other.",
        (
            VerbForm(
                SetPreset,
                (_SYMBOL, WordSlot("size", SIZE), Options((_SL, _TP))),
                ("preset EURUSD 0.10 sl=30p tp=2r",),
            ),
            VerbForm(ClearPreset, (_SYMBOL, _OFF), ("preset EURUSD off",)),
        ),
    ),
    Verb("lock", "Lock trading.", (VerbForm(Lock, (), ("lock",)),)),
    Verb("unlock", "Unlock trading.", (VerbForm(Unlock, (), ("unlock",)),)),
    Verb(
        "help",
        "What a verb does, or which verbs there are.",
        (VerbForm(Help, (Maybe(WordSlot("verb", VERB)),), ("help close", "help")),),
    ),
)

_BY_NAME = {verb.name: verb for verb in VERBS}


def find_verb(name: str) -> Verb | None:
    """The verb of this name, in any case."""
    return _BY_NAME.get(name.lower())
