"""How timeframes are typed and told: `4h`, `15`, `d`; `4 h`, `15 min`, `1 d`. Pure."""

from xbtfx_tui.domain.candles import Timeframe

_CODES = {
    Timeframe.TEN_SECONDS: "10s",
    Timeframe.MINUTE: "1m",
    Timeframe.FIVE_MINUTES: "5m",
    Timeframe.QUARTER: "15m",
    Timeframe.HOUR: "1h",
    Timeframe.FOUR_HOURS: "4h",
    Timeframe.DAY: "1d",
    Timeframe.WEEK: "1w",
}
_WORDS = {
    Timeframe.TEN_SECONDS: "10 s",
    Timeframe.MINUTE: "1 min",
    Timeframe.FIVE_MINUTES: "5 min",
    Timeframe.QUARTER: "15 min",
    Timeframe.HOUR: "1 h",
    Timeframe.FOUR_HOURS: "4 h",
    Timeframe.DAY: "1 d",
    Timeframe.WEEK: "1 w",
}
TIMEFRAME_CODES = tuple(_CODES.values())
"""From the shortest to the longest."""
_TYPED = {
    **{code: timeframe for timeframe, code in _CODES.items()},
    **{code.rstrip("m"): timeframe for timeframe, code in _CODES.items()},  # 1, 5, 15
    **{f"{code[-1]}{code[:-1]}": timeframe for timeframe, code in _CODES.items() if code[-1] != "s"},  # H4
    **{f"{code}in": timeframe for timeframe, code in _CODES.items() if code[-1] == "m"},  # 15min
    "60": Timeframe.HOUR,
    "240": Timeframe.FOUR_HOURS,
    "m": Timeframe.MINUTE,
    "h": Timeframe.HOUR,
    "d": Timeframe.DAY,
    "w": Timeframe.WEEK,
}


def timeframe_words(timeframe: Timeframe) -> str:
    """As it is shown: `15 min`."""
    return _WORDS[timeframe]


def timeframe_code(timeframe: Timeframe) -> str:
    """As it is written in files and commands: `15m`."""
    return _CODES[timeframe]


def parse_timeframe(text: str) -> Timeframe | None:
    """What was typed: `10s`, `15`, `15m`, `M15`, `4h`, `H4`, `d`, `1w`; None for anything else."""
    return _TYPED.get(text.replace(" ", "").lower())
