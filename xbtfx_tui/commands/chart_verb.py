"""What may be asked of the chart, as forms of its verb. Shows and changes none itself."""

from xbtfx_tui.commands.argument_types import (
    CANDLES,
    CHART_NUMBER,
    CHART_SYMBOL,
    INDICATOR,
    SHOWN_INDICATOR,
    TIMEFRAME,
)
from xbtfx_tui.commands.chart_command_types import (
    HideIndicator,
    SetTimeframe,
    ShowChart,
    ShowChartAt,
    ShowIndicator,
)
from xbtfx_tui.commands.verb_forms import Keyword, Maybe, Verb, VerbForm, WordSlot
from xbtfx_tui.domain.indicators import Indicator


def _drawn_as_shown(shown: Indicator) -> ShowIndicator:
    return ShowIndicator(shown.kind, shown.period)


def _hidden_as_shown(shown: Indicator) -> HideIndicator:
    return HideIndicator(shown.kind, shown.period)


CHART_VERB: Verb = Verb(
    "chart",
    "Show the chart of a symbol, in candles of a length, or both; with a number as one of several (from "
    "160x40 on); draw an indicator on it, or no more. Each symbol's stays as it was set.",
    (
        VerbForm(
            ShowChartAt,
            (
                WordSlot("number", CHART_NUMBER),
                WordSlot("symbol", CHART_SYMBOL),
                Maybe(WordSlot("timeframe", TIMEFRAME)),
            ),
            ("chart 2 BTCUSD 15",),
        ),
        VerbForm(
            HideIndicator,
            (
                WordSlot("kind", INDICATOR),
                Maybe(WordSlot("period", CANDLES)),
                Keyword("off", "draw it no more"),
            ),
            ("chart rsi off",),
        ),
        VerbForm(
            ShowIndicator,
            (WordSlot("kind", INDICATOR), Maybe(WordSlot("period", CANDLES))),
            ("chart ema 20", "chart macd"),
        ),
        VerbForm(
            _hidden_as_shown,
            (WordSlot("shown", SHOWN_INDICATOR), Keyword("off", "draw it no more")),
            ("chart BB20 off",),
        ),
        VerbForm(_drawn_as_shown, (WordSlot("shown", SHOWN_INDICATOR),), ("chart EMA50",)),
        VerbForm(SetTimeframe, (WordSlot("timeframe", TIMEFRAME),), ("chart 15",)),
        VerbForm(
            ShowChart,
            (WordSlot("symbol", CHART_SYMBOL), Maybe(WordSlot("timeframe", TIMEFRAME))),
            ("chart XAUUSD 1h", "chart XAUUSD"),
        ),
    ),
)
