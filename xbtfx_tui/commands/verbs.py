"""The grammar of the command line, as data: each verb, its forms, its examples. Verbs are added here alone.

The parser, the printer, the completion and the help all work from VERBS.
"""

from collections.abc import Sequence

from xbtfx_tui.commands.command import (
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
    Lock,
    Losers,
    OfSymbols,
    OneTicket,
    Open,
    RemoveAlert,
    RemoveStop,
    Reverse,
    SetPreset,
    SetStop,
    ShowCurrency,
    ShowExposure,
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
from xbtfx_tui.commands.kinds import (
    ABOVE_BELOW,
    ALERT_NUMBER,
    COMMENT,
    COMPARISON,
    CURRENCY,
    GROUP,
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
    Found,
    Kind,
    Other,
    Reading,
)
from xbtfx_tui.commands.known import Known
from xbtfx_tui.commands.lexing import Word
from xbtfx_tui.commands.shapes import Choice, Form, Keyword, Maybe, Options, Place, Verb
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stops import StopKind

_PATTERN = Maybe(Place("pattern", PATTERN))
TARGETS: tuple[Form[Target], ...] = (
    Form(AllPositions, (Keyword("all", "every position"),)),
    Form(Losers, (Keyword("losers", "positions below zero"), _PATTERN)),
    Form(Winners, (Keyword("winners", "positions above zero"), _PATTERN)),
    Form(
        ByProfit,
        (
            Keyword("profit", "positions by their profit, like profit>50"),
            Place("comparison", COMPARISON),
            Place("amount", MONEY),
            _PATTERN,
        ),
    ),
    Form(OneTicket, (Place("ticket", TICKET),)),
    Form(OfSymbols, (Place("pattern", PATTERN),)),
)
TARGET = Choice("target", "TARGET", TARGETS)
_SYMBOL = Place("symbol", SYMBOL)
_TICKET = Place("ticket", TICKET)
_SL = Place("sl", STOP)
_TP = Place("tp", STOP)
_OPENING = (Place("size", SIZE), _SYMBOL, Options((_SL, _TP, Place("comment", COMMENT))))
_OFF = Keyword("off", "take it away")


def _opening(side: Side, *examples: str) -> Form[Open]:
    return Form(Open, _OPENING, examples, {"side": side})


def _stop(kind: StopKind, *examples: str) -> tuple[Form[SetStop], Form[RemoveStop]]:
    return (
        Form(SetStop, (_TICKET, Place("stop", STOP)), examples, {"kind": kind}),
        Form(RemoveStop, (_TICKET, _OFF), (f"{kind.value} 184729 off",), {"kind": kind}),
    )


def _read_verb(word: Word, _known: Known) -> Reading:
    verb = None if word.is_quoted else find_verb(word.text)
    return Other() if verb is None else Found(verb.name)


VERB = Kind("VERB", "a verb like close", _read_verb, str)

VERBS: Sequence[Verb] = (
    Verb(
        "buy",
        "Buy at market, for lots or for a risk in percent of the equity or in money.",
        (
            _opening(
                Side.BUY,
                "buy 0.10 EURUSD sl=30p tp=2r",
                "buy 50$ EURUSD sl=30p",
                'buy 0.10 EURUSD comment="after the news"',
            ),
        ),
    ),
    Verb(
        "sell",
        "Sell at market, for lots or for a risk in percent of the equity or in money.",
        (_opening(Side.SELL, "sell 1% XAUUSD sl=2345"),),
    ),
    Verb(
        "close",
        "Close positions, all of each or a part: one by its ticket, or all, losers, winners, those of a "
        "symbol or a pattern, those by their profit.",
        (
            Form(
                Close,
                (TARGET, Maybe(Place("part", PART))),
                (
                    "close 184729 half",
                    "close losers EUR*",
                    "close profit>50",
                    "close profit<-20 EUR*",
                    "close EURUSD 0.05",
                    "close all",
                ),
            ),
        ),
    ),
    Verb(
        "reverse",
        "Close a position and open its opposite of the same size.",
        (Form(Reverse, (_TICKET,), ("reverse 184729",)),),
    ),
    Verb(
        "closeby",
        "Close a position by an opposite one of the same symbol (hedging accounts).",
        (Form(CloseBy, (_TICKET, Place("other", TICKET)), ("closeby 184729 184730",)),),
    ),
    Verb(
        "be",
        "Stop to breakeven: of the positions at least so many pips up, or of one ticket.",
        (
            Form(BreakevenFrom, (Place("pips", PIPS), Maybe(TARGET)), ("be 20p", "be 20p EUR*")),
            Form(Breakeven, (_TICKET,), ("be 184729",)),
        ),
    ),
    Verb(
        "trail",
        "Trail the stop at a distance in pips, while the terminal runs; off to end it.",
        (
            Form(Trail, (Place("pips", PIPS), Maybe(TARGET)), ("trail 15p", "trail 15p 184729")),
            Form(
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
        "What was realised, by symbol: deals, lots, profit, win rate. Today's where no period is named.",
        (Form(ShowProfit, (Maybe(Place("period", PERIOD)),), ("pnl last_week", "pnl")),),
    ),
    Verb("margin", "The margin, and how far the margin call is.", (Form(ShowMargin, (), ("margin",)),)),
    Verb(
        "exposure",
        "The net exposure by symbol and by currency.",
        (Form(ShowExposure, (), ("exposure",)),),
    ),
    Verb(
        "currency",
        "Tell what the account is in, where the server does not; without a code, what is known of it.",
        (
            Form(TellCurrency, (Place("currency", CURRENCY),), ("currency USD",)),
            Form(ShowCurrency, (), ("currency",)),
        ),
    ),
    Verb("watch", "Put a symbol on the watchlist.", (Form(Watch, (_SYMBOL,), ("watch GBPJPY",)),)),
    Verb("unwatch", "Take a symbol off the watchlist.", (Form(Unwatch, (_SYMBOL,), ("unwatch GBPJPY",)),)),
    Verb(
        "group",
        "Show a group of the watchlist; without a name, which groups there are.",
        (
            Form(SwitchGroup, (Place("name", GROUP),), ("group Majors",)),
            Form(ListGroups, (), ("group",)),
        ),
    ),
    Verb(
        "alert",
        "Tell once when a price, a spread, a position's profit or the margin level passes a limit, or when "
        "the feed is lost; off takes one away by its number.",
        (
            Form(
                AlertOnPrice,
                (_SYMBOL, Place("comparison", ABOVE_BELOW), Place("price", PRICE)),
                ("alert EURUSD > 1.0900", "alert EURUSD < 1.0700"),
            ),
            Form(
                AlertOnSpread,
                (
                    _SYMBOL,
                    Keyword("spread", "on the spread in points"),
                    Keyword(">", "above"),
                    Place("points", POINTS),
                ),
                ("alert EURUSD spread > 20",),
            ),
            Form(
                AlertOnMargin,
                (
                    Keyword("margin", "on the margin level"),
                    Place("comparison", ABOVE_BELOW),
                    Place("percent", PERCENT),
                ),
                ("alert margin < 300%",),
            ),
            Form(AlertOnFeed, (Keyword("feed", "when the feed is lost"),), ("alert feed",)),
            Form(
                RemoveAlert,
                (Keyword("off", "take an alert away"), Place("number", ALERT_NUMBER)),
                ("alert off 2",),
            ),
            Form(
                AlertOnProfit,
                (
                    _TICKET,
                    Keyword("profit", "of this position"),
                    Place("comparison", ABOVE_BELOW),
                    Place("amount", MONEY),
                ),
                ("alert 184729 profit > 50", "alert 184729 profit < -20"),
            ),
        ),
    ),
    Verb("alerts", "The alerts with their numbers.", (Form(ListAlerts, (), ("alerts",)),)),
    Verb(
        "preset",
        "What the ticket of a symbol begins with; off to begin it as any other.",
        (
            Form(
                SetPreset,
                (_SYMBOL, Place("size", SIZE), Options((_SL, _TP))),
                ("preset EURUSD 0.10 sl=30p tp=2r",),
            ),
            Form(ClearPreset, (_SYMBOL, _OFF), ("preset EURUSD off",)),
        ),
    ),
    Verb("lock", "Lock trading.", (Form(Lock, (), ("lock",)),)),
    Verb("unlock", "Unlock trading.", (Form(Unlock, (), ("unlock",)),)),
    Verb(
        "help",
        "What a verb does, or which verbs there are.",
        (Form(Help, (Maybe(Place("verb", VERB)),), ("help close", "help")),),
    ),
)

_BY_NAME = {verb.name: verb for verb in VERBS}


def find_verb(name: str) -> Verb | None:
    """The verb of this name, in any case."""
    return _BY_NAME.get(name.lower())
