"""`xbtfx-tui journal`: what was ordered and what became of it, as a table or as JSON. Changes nothing."""

import json
import os
import re
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

import click

from xbtfx_tui.cli_commands.table_output import iso, print_json, print_lines
from xbtfx_tui.config.file_paths import home_dir, shown, state_dir

if TYPE_CHECKING:
    from xbtfx_tui.cli_commands.journal_reader import JournaledIntent, JournaledStep
    from xbtfx_tui.ui.screen_times import ScreenTimes

FINE, UNREADABLE = 0, 1
_SPAN = re.compile(r"(\d{1,5})([mhdw])")
_SPAN_SECONDS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_OPENING_KINDS = ("open", "reverse")
_STATE_WIDTH = len("found not filled")


@click.command("journal", short_help="List the orders of the journal and what became of each.")
@click.option(
    "--since",
    metavar="WHEN",
    help="A day (2026-01-31), a time (2026-01-31T09:30), an age (24h, 7d).",
)
@click.option("--login", type=int, metavar="N", help="Only this account's.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")
def journal(since: str | None, login: int | None, as_json: bool) -> int:
    """List the orders that were sent from this machine and every step of each, oldest first.

    There is a journal a login; they are only read, and may be looked at while a terminal runs. Times,
    those of --since too, are UTC, or by the clock that the config names (times); JSON is in UTC.
    The paper account keeps no journal beyond its run.

    Exit codes: 0 all was read, 1 something could not be, which is said, 2 wrong use.
    """
    from xbtfx_tui.cli_commands.journal_reader import read_journals
    from xbtfx_tui.cli_commands.shell_times import configured_times

    times = configured_times()
    begin = 0.0 if since is None else read_since(since, time.time(), times.zone)
    directory, home = state_dir(os.environ).root, home_dir(os.environ)
    found = read_journals(directory, begin, login)
    troubles = [trouble.replace(str(directory), shown(directory, home)) for trouble in found.troubles]
    if not found.files:
        raise click.ClickException(" ".join(troubles))
    for trouble in troubles:
        click.echo(f"xbtfx-tui: {trouble}", err=True)
    if as_json:
        print_json([as_values(one) for one in found.intents])
    else:
        print_lines(table(found.intents, time.time(), times, since=since, login=login))
    return FINE if not troubles else UNREADABLE


def read_since(text: str, now: float, zone: tzinfo | None = UTC) -> float:
    """A day, a time (of `zone`, None the machine's) or an age in words to unix time.

    Raises click.UsageError with a sentence.
    """
    if (span := _SPAN.fullmatch(text.strip())) is not None:
        return now - int(span[1]) * _SPAN_SECONDS[span[2]]
    try:
        when = datetime.fromisoformat(text.strip())
    except ValueError:
        raise click.UsageError(
            f"--since takes a day like 2026-01-31, a time like 2026-01-31T09:30, or an age like 24h, 7d: "
            f"not {json.dumps(text[:40])}."
        ) from None
    return (when if when.tzinfo is not None else when.replace(tzinfo=zone)).timestamp()


def table(
    found: Sequence["JournaledIntent"],
    now: float,
    times: "ScreenTimes",
    *,
    since: str | None = None,
    login: int | None = None,
) -> Iterable[str]:
    """The intents as lines, at `now` (unix time): one for each, and below it one for each of its steps."""
    from xbtfx_tui.domain.shell_wording import in_past, in_shell
    from xbtfx_tui.domain.text_sanitizer import plain

    if not found:
        chosen = (f" of account {login}" if login is not None else "") + (f" since {since}" if since else "")
        yield f"No order{chosen} is in the journal."
        return
    for number, one in enumerate(found):
        if number:
            yield ""
        ticket = f", ticket {one.ticket}" if one.ticket is not None else ""
        origin = f"  by {plain(one.origin, 40)}" if one.origin is not None else ""
        fate = f"[{fate_words(one)}{ticket}]{origin}"
        yield f"{times.dated(one.wall)}  #{one.login}  {plain(one.words, 200)}  {fate}"
        is_last = _is_looked_for(one, now)
        for step in one.steps:
            clock = f"{times.at(step.wall):%H:%M:%S.%f}"[:-3]
            told = in_shell if is_last and step is one.steps[-1] else in_past
            text = told(plain(step.text, 400))
            yield f"    {clock}  {step_words(one.kind, step):<{_STATE_WIDTH}}  {text}"
    orders = "1 order" if len(found) == 1 else f"{len(found)} orders"
    yield ""
    yield f"{orders}. Times are {times.word}."


def _is_looked_for(one: "JournaledIntent", now: float) -> bool:
    """Whether a next run looks for it: its outcome is not known, or it may still come late."""
    from xbtfx_tui.domain.order_outcomes import IntentState

    open_states = {state.value for state in IntentState if state.is_open}
    is_late = one.state == IntentState.FOUND_NOT_FILLED.value and now - one.wall < _SPAN_SECONDS["d"]
    return one.state in open_states or is_late


def fate_words(one: "JournaledIntent") -> str:
    """What became of an intent and whose word that is, with how it differs from what was asked for."""
    from xbtfx_tui.domain.order_outcomes import IntentState
    from xbtfx_tui.domain.text_sanitizer import plain

    if not one.steps:
        return plain(one.state, 40).upper()
    last = one.steps[-1]
    done = "FILLED" if one.kind in _OPENING_KINDS else "DONE"
    is_not_found = one.state == IntentState.FOUND_NOT_FILLED.value
    if _is_traders(last):
        fate = f"{'NOT EXECUTED' if is_not_found else done}, AS YOU DECIDED"
    else:
        fate = step_words(one.kind, last).upper()
    if last.difference is None:
        return fate
    difference = plain(last.difference, 120)
    return f"{fate}: {difference}" if is_not_found else f"{fate}, BUT {difference}"


def step_words(kind: str, step: "JournaledStep") -> str:
    """Where an intent came to by a step, in a word or two; the journal's own word stays in the JSON."""
    from xbtfx_tui.domain.order_outcomes import IntentState
    from xbtfx_tui.domain.text_sanitizer import plain

    done = "filled" if kind in _OPENING_KINDS else "done"
    if _is_traders(step):
        return "decided by you"
    match step.state:
        case IntentState.FILLED.value:
            return done
        case IntentState.FOUND_FILLED.value:
            return f"found {done}"
        case IntentState.FOUND_NOT_FILLED.value:
            # With a difference it is no more known than that nothing proves it done.
            return f"found not {done}" if step.difference is None else "not found done"
        case _:
            return plain(step.state, 40)


def _is_traders(step: "JournaledStep") -> bool:
    from xbtfx_tui.domain.order_outcomes import Decider

    return step.decider == Decider.TRADER.value


def as_values(one: "JournaledIntent") -> dict[str, object]:
    """An intent as JSON values: times as ISO 8601 in UTC, money and volumes as text."""
    return {
        "id": one.intent_id,
        "login": one.login,
        "origin": one.origin,
        "kind": one.kind,
        "path": one.path,
        "taken": _iso(one.wall),
        "symbol": one.symbol,
        "words": one.words,
        "intent": one.intent,
        "state": one.state,
        "ticket": one.ticket,
        "transitions": [
            {
                "time": _iso(step.wall),
                "state": step.state,
                "text": step.text,
                "ticket": step.ticket,
                "difference": step.difference,
                "decider": step.decider,
                "result": step.result,
            }
            for step in one.steps
        ],
    }


def _iso(wall: float) -> str | None:
    return iso(datetime.fromtimestamp(wall, UTC))
