"""Scripts of faults as a command line, a file or a POST gives them, checked; and back. Runs nothing."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from xbtfx_tui.paper.faults.script import TRADING, Fault, FaultScript, Scripted
from xbtfx_tui.paper.options import OptionError
from xbtfx_tui.paper.service.idempotency import Mood

_MOST_SECONDS = 86_400.0


def fault_named(name: str) -> Fault:
    """The fault of this name. Raises OptionError."""
    known = {one.value: one for one in Fault}
    if name not in known:
        raise OptionError(f"fault {name!r} is not known; there are {', '.join(known)}.")
    return known[name]


def parse_fault(text: str) -> Scripted:
    """`NAME` or `NAME=SECONDS`, as the command line takes it; raises OptionError."""
    name, equals, figure = text.partition("=")
    fault = fault_named(name)
    if not equals:
        return Scripted(fault)
    try:
        seconds = float(figure)
    except ValueError:
        raise OptionError(f"fault {name} takes seconds, like {name}=5, not {figure!r}.") from None
    return _checked(Scripted(fault, seconds=seconds))


def read_script(value: object) -> FaultScript:
    """A script from its JSON or TOML form; raises OptionError, with a sentence that names what is wrong."""
    try:
        raw = msgspec.convert(value, _RawScript)
    except msgspec.ValidationError as error:
        raise OptionError(f"faults are not understood: {error}") from None
    steps = tuple(
        _checked(Scripted(fault_named(step.fault), step.path, step.times, step.seconds)) for step in raw.next
    )
    return FaultScript(steps, raw.mood)


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
        "next": [
            {"fault": step.fault.value, "path": step.path, "times": step.times, "seconds": step.lasts}
            for step in steps
        ],
        "mood": {"dedupes": mood.dedupes.value, "caches_errors": mood.caches_errors},
    }


def _checked(step: Scripted) -> Scripted:
    if step.path != TRADING and not step.path.startswith("/v1/"):
        raise OptionError(f"fault path must be POST or one like /v1/trade, not {step.path!r}.")
    if step.times < 0:
        raise OptionError(f"fault times must be 0 (always) or more, not {step.times}.")
    if step.seconds is not None and not 0 <= step.seconds <= _MOST_SECONDS:
        raise OptionError(f"fault seconds must be 0 to {_MOST_SECONDS:.0f}, not {step.seconds:g}.")
    return step


class _RawStep(msgspec.Struct, forbid_unknown_fields=True):
    fault: str
    path: str = TRADING
    times: int = 1
    seconds: float | None = None


class _RawScript(msgspec.Struct, forbid_unknown_fields=True):
    next: list[_RawStep] = []
    mood: Mood | None = None
