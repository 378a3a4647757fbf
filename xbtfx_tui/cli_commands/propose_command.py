"""`xbtfx-tui propose`: a script asks the running terminal for a line, and its trader decides.

It holds no key of the account and sends nothing; what its exit code says, the terminal has told.
"""

import json
import os
import time
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xbtfx_tui.domain.proposals import ProposalState, left_words

if TYPE_CHECKING:
    from xbtfx_tui.door.door_client import OpenDoor, Refusal

_ONE_WAIT = 30.0
"""Seconds of one call; a longer wait is several."""


class ProposeOutcome(Enum):
    """How a run ended; the value is its word in the JSON."""

    PROPOSED = "pending"
    DONE = "done"
    REFUSED = "refused"
    MISTAKE = "mistake"
    UNKNOWN = "unknown"
    NO_TERMINAL = "no terminal"
    PART = "part"
    DECLINED = "declined"
    EXPIRED = "expired"
    UNDECIDED = "undecided"
    INTERRUPTED = "interrupted"

    @property
    def exit_code(self) -> int:
        return _EXIT_CODES[self]


_EXIT_CODES = {
    ProposeOutcome.PROPOSED: 0,
    ProposeOutcome.DONE: 0,
    ProposeOutcome.REFUSED: 1,
    ProposeOutcome.MISTAKE: 2,
    ProposeOutcome.UNKNOWN: 3,
    ProposeOutcome.NO_TERMINAL: 4,
    ProposeOutcome.PART: 5,
    ProposeOutcome.DECLINED: 6,
    ProposeOutcome.EXPIRED: 7,
    ProposeOutcome.UNDECIDED: 8,
    ProposeOutcome.INTERRUPTED: 130,
}
PROPOSE_MEANINGS = {
    0: "when the line is in the trader's list, and with --wait when it was confirmed and all of it was done",
    1: "when it was refused: by the terminal, before or after the trader confirmed it, or by the server",
    2: "for wrong use or a mistake in the line",
    3: "when an outcome is not known, or the terminal went away meanwhile",
    4: "when no terminal runs that lets scripts in",
    5: "when only a part was done, or something of it otherwise than asked",
    6: "when the trader declined, or took the line over to send their own",
    7: "when nobody decided in time, or it was withdrawn",
    8: "when --wait is over and it is still not decided, or on its way",
    130: "when it was interrupted while it waited: the line stays in the list",
}
_ENDED = {
    ProposalState.DECLINED: ProposeOutcome.DECLINED,
    ProposalState.EDITED: ProposeOutcome.DECLINED,
    ProposalState.WITHDRAWN: ProposeOutcome.EXPIRED,
    ProposalState.EXPIRED: ProposeOutcome.EXPIRED,
    ProposalState.DONE: ProposeOutcome.DONE,
    ProposalState.PART: ProposeOutcome.PART,
    ProposalState.REFUSED: ProposeOutcome.REFUSED,
    ProposalState.UNKNOWN: ProposeOutcome.UNKNOWN,
}


def propose_words() -> str:
    """The codes and what they mean, in a sentence without its beginning and full stop."""
    parts = [f"{code} {meaning}" for code, meaning in PROPOSE_MEANINGS.items()]
    return f"{', '.join(parts[:-1])}, and {parts[-1]}"


@click.command(
    "propose",
    short_help="Ask the running terminal for a line; its trader decides.",
    epilog=f"It exits with {propose_words()}.",
)
@click.argument("line")
@click.option("--why", default="", metavar="TEXT", help="Your reason, for the trader: 200 characters.")
@click.option("--by", default="script", metavar="NAME", help="Who asks, for the trader. [script]")
@click.option("--login", type=int, metavar="N", help="The terminal of this login.")
@click.option("--paper", is_flag=True, help="The terminal of a paper account.")
@click.option(
    "--socket", "path", type=click.Path(path_type=Path), metavar="FILE", help="The one at this socket."
)
@click.option(
    "--wait",
    "seconds",
    type=click.FloatRange(0, 3600),
    default=0.0,
    metavar="SECONDS",
    help="Wait until it is decided and done, so long at most.",
)
@click.option(
    "--for",
    "lasts",
    type=click.IntRange(5, 600),
    metavar="SECONDS",
    help="How long it stands: 120 s at most where it opens, 600 s where it only reduces.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")
def propose(
    line: str,
    why: str,
    by: str,
    login: int | None,
    paper: bool,
    path: Path | None,
    seconds: float,
    lasts: int | None,
    as_json: bool,
) -> int:
    """Propose LINE, as it is typed at : in the terminal, to the terminal that runs.

    \b
    xbtfx-tui propose "buy 0.10 EURUSD sl=30p" --why "breakout" --wait 120
    xbtfx-tui propose "close losers EUR*" --by nightly.sh --json

    It takes no key and sends nothing. The line stands in the trader's list (P) until it is confirmed there,
    declined or too old; the trader's own keys send it, at the prices of then. What is asked twice is one
    proposal. A paper terminal lets scripts in, a live one with [agents] let_in = "all" in its config.

    \b
    JSON: {status, proposal, line, by, left_s, note, sentence, steps: [{words, state, said, profit}]};
    money as text.
    """
    from xbtfx_tui.door.door_client import DoorError, NoTerminalError, Refusal, SeveralTerminalsError

    say = _Teller(as_json=as_json)
    was_asked = False
    try:
        door = _door(path, by, login, paper=paper)
        try:
            args: dict[str, object] = {"line": line, "why": why, **({"lasts": lasts} if lasts else {})}
            was_asked = True  # from here on it may stand in the list, whatever comes back
            told = door.call("propose", args)
            if isinstance(told, Refusal):
                return say.end(_refused(told), {"sentence": told.sentence})
            say.proposed(told, door.words)
            return say.ended(_waited(door, told, seconds), waited=seconds > 0)
        finally:
            door.close()
    except KeyboardInterrupt:
        stays = "The line stays in the trader's list." if was_asked else "Nothing was asked."
        return say.end(ProposeOutcome.INTERRUPTED, {"sentence": stays})
    except NoTerminalError as error:
        return say.end(ProposeOutcome.NO_TERMINAL, {"sentence": str(error)})
    except SeveralTerminalsError as error:
        return say.end(ProposeOutcome.MISTAKE, {"sentence": str(error)})
    except DoorError as error:
        outcome = ProposeOutcome.UNKNOWN if was_asked else ProposeOutcome.REFUSED
        return say.end(outcome, {"sentence": str(error)})


def _door(path: Path | None, by: str, login: int | None, *, paper: bool) -> "OpenDoor":
    from xbtfx_tui.config.file_paths import state_dir
    from xbtfx_tui.door.door_client import find_doors, open_door
    from xbtfx_tui.door.door_folder import places_to_look

    if path is not None:
        return open_door([path], by, login=login, paper=paper)
    folders = places_to_look(os.environ, state_dir(os.environ).root, os.getuid())
    return open_door(find_doors(folders), by, login=login, paper=paper)


def _refused(told: "Refusal") -> ProposeOutcome:
    return ProposeOutcome.MISTAKE if told.code == "mistake" else ProposeOutcome.REFUSED


def _waited(door: "OpenDoor", told: Mapping[str, object], seconds: float) -> Mapping[str, object]:
    """The proposal once it is over, or as it stands when so many seconds have passed."""
    from xbtfx_tui.door.door_client import DoorError, Refusal

    until = time.monotonic() + seconds
    while not _state(told).is_over and (left := until - time.monotonic()) > 0:
        now = door.call("status", {"proposal": told["proposal"]}, min(_ONE_WAIT, max(0.1, left)))
        if isinstance(now, Refusal):
            raise DoorError(now.sentence)
        told = now
    return told


def _state(told: Mapping[str, object]) -> ProposalState:
    from xbtfx_tui.door.door_client import DoorError

    try:
        return ProposalState(told.get("status"))
    except ValueError:
        raise DoorError("The terminal's answer can't be read: it is of another version.") from None


class _Teller:
    """Says it to people line by line, to programs in one object at the end."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json

    def proposed(self, told: Mapping[str, object], terminal: str) -> None:
        if not self._as_json and _state(told) is ProposalState.PENDING:
            left = told.get("left_s")
            left = f" ({left_words(left)})" if isinstance(left, float | int) else ""
            number, line = told.get("proposal"), told.get("line")
            click.echo(f"P{number} waits for the trader of {terminal}: {line}{left}.")

    def ended(self, told: Mapping[str, object], *, waited: bool) -> int:
        state = _state(told)
        waits_on = ProposeOutcome.UNDECIDED if waited else ProposeOutcome.PROPOSED
        outcome = _ENDED.get(state, waits_on)
        if not self._as_json and (state.is_over or waited):
            note = f' The trader\'s note: "{told["note"]}"' if told.get("note") else ""
            words = told.get("sentence") or ("" if state.is_over else "It is not decided, or not done yet.")
            click.echo(f"P{told.get('proposal')}: {words}{note}".rstrip())
        return self.end(outcome, told)

    def end(self, outcome: ProposeOutcome, told: Mapping[str, object]) -> int:
        if self._as_json:
            click.echo(json.dumps({"status": outcome.value, **told}))
        elif "proposal" not in told:
            click.echo(str(told.get("sentence", "")), err=True)
        return outcome.exit_code
