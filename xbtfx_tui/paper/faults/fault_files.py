"""Scripts of faults as a command line, a file or a POST gives them, checked; and back. Runs nothing."""

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from xbtfx_tui.paper.exchange_options import OptionError
from xbtfx_tui.paper.faults.fault_types import LISTS, TRADING, Fault, FaultScript, Scripted, Telling
from xbtfx_tui.paper.service.idempotency_cache import Mood

_MOST_SECONDS = 86_400.0


def fault_named(name: str) -> Fault:
    """The fault of this name. Raises OptionError."""
    known = {one.value: one for one in Fault}
    if name not in known:
        raise OptionError(f"fault {name!r} is not known; there are {', '.join(known)}.")
    return known[name]


def parse_fault(text: str) -> Scripted:
    """`NAME` or `NAME=SECONDS`, and perhaps `,FIELD=VALUE` of a script's fields after it, as the command
    line takes it; raises OptionError."""
    first, *more = text.split(",")
    name, equals, figure = first.partition("=")
    given: dict[str, object] = {"fault": name}
    if equals:
        given["seconds"] = _number(name, "seconds", figure)
    for one in more:
        field, equals, value = one.partition("=")
        if not equals or field not in _RawStep.__struct_fields__:
            raise OptionError(f"fault {name} takes {', '.join(_FIELDS)} after a comma, not {one!r}.")
        given[field] = _number(name, field, value) if field in _NUMBERS else value
    fault_named(name)
    try:
        return _step(msgspec.convert(given, _RawStep, strict=False))
    except msgspec.ValidationError as error:
        raise OptionError(f"fault {name} is not understood: {error}") from None


def _number(name: str, field: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise OptionError(f"fault {name} takes {field}, like {name}=5, not {text!r}.") from None


def read_script(value: object) -> FaultScript:
    """A script from its JSON or TOML form; raises OptionError, with a sentence that names what is wrong."""
    try:
        raw = msgspec.convert(value, _RawScript)
    except msgspec.ValidationError as error:
        raise OptionError(f"faults are not understood: {error}") from None
    return FaultScript(tuple(map(_step, raw.next)), raw.mood)


def _step(raw: "_RawStep") -> Scripted:
    share = None if raw.share is None else Decimal(str(raw.share))
    return _checked(
        Scripted(
            fault_named(raw.fault),
            raw.path,
            raw.times,
            raw.seconds,
            share,
            raw.by,
            raw.answer,
            raw.read,
            raw.symbol,
            raw.value,
        )
    )


def load_script(path: Path) -> FaultScript:
    """A script from a TOML file. Raises OptionError."""
    try:
        value = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        reason = (error.strerror or "unreadable").lower()
        raise OptionError(f"faults: {path} can't be read ({reason}).") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OptionError(f"faults: {path} is not TOML: {error}.") from None
    return read_script(value)


def script_row(steps: tuple[Scripted, ...], mood: Mood) -> Mapping[str, Any]:
    """What is still to go wrong, in the form that `read_script` takes."""
    return {
        "next": [_step_row(step) for step in steps],
        "mood": {"dedupes": mood.dedupes.value, "caches_errors": mood.caches_errors},
    }


def _step_row(step: Scripted) -> Mapping[str, Any]:
    row = {
        "fault": step.fault.value,
        "path": step.path,
        "times": step.times,
        # a part whose rest never comes has none
        "seconds": step.seconds if step.fault is Fault.PART else step.lasts,
        "share": None if step.share is None else float(step.share),
        "by": step.by,
        "answer": None if step.answer is Telling.FILLED else step.answer.value,
        "read": step.read,
        "symbol": step.symbol,
        "value": step.value,
    }
    return {name: value for name, value in row.items() if value is not None}


def _checked(step: Scripted) -> Scripted:
    if step.path != TRADING and not step.path.startswith("/v1/"):
        raise OptionError(f"fault path must be POST or one like /v1/trade, not {step.path!r}.")
    if step.times < 0:
        raise OptionError(f"fault times must be 0 (always) or more, not {step.times}.")
    if step.seconds is not None and not 0 <= step.seconds <= _MOST_SECONDS:
        raise OptionError(f"fault seconds must be 0 to {_MOST_SECONDS:.0f}, not {step.seconds:g}.")
    if step.share is not None and not 0 <= step.share <= 1:
        raise OptionError(f"fault share must be 0 to 1, not {step.share}.")
    if step.by is not None and not -_MOST_SECONDS <= step.by <= _MOST_SECONDS:
        raise OptionError(f"fault by must be {_MOST_SECONDS:.0f} at most, not {step.by:g}.")
    if step.read is not None and step.read not in LISTS:
        raise OptionError(f"fault read must be one of {', '.join(LISTS)}, not {step.read!r}.")
    return step


class _RawStep(msgspec.Struct, forbid_unknown_fields=True):
    fault: str
    path: str = TRADING
    times: int = 1
    seconds: float | None = None
    share: float | None = None
    by: float | None = None
    answer: Telling = Telling.FILLED
    read: str | None = None
    symbol: str | None = None
    value: str | None = None


class _RawScript(msgspec.Struct, forbid_unknown_fields=True):
    next: list[_RawStep] = []
    mood: Mood | None = None


_FIELDS = tuple(name for name in _RawStep.__struct_fields__ if name != "fault")
_NUMBERS = frozenset({"seconds", "share", "by", "times"})
