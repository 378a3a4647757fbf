"""The commands of `xbtfx-tui do` as they were typed: read by the grammar and sorted by what they lead to.

Nothing is looked up, sent or sized here.
"""

from collections.abc import Sequence
from typing import TypeAlias

import msgspec

from xbtfx_tui.commands.command_facts import TerminalPart, facts_of, sends_orders
from xbtfx_tui.commands.command_types import Command, Help
from xbtfx_tui.commands.grammar import VERBS, Known, Mistake, parse, verb_help
from xbtfx_tui.commands.verbs import find_verb
from xbtfx_tui.domain.text_sanitizer import plain

_SHOWN = 60
_LONGEST_HELP = 48


class Asked(msgspec.Struct, frozen=True):
    """A command and its text as typed."""

    text: str
    command: Command


class Mistaken(msgspec.Struct, frozen=True):
    """A text that is no command, and what is wrong with it."""

    text: str
    mistake: Mistake


class TerminalOnly(msgspec.Struct, frozen=True):
    """A command that only the terminal can carry out: that as a sentence."""

    text: str
    sentence: str


ParsedCommands: TypeAlias = tuple[Asked, ...] | Mistaken | TerminalOnly


def read_commands(texts: Sequence[str], known: Known) -> ParsedCommands:
    """All of the commands, or the first thing that is wrong with one. Any texts will do."""
    asked = []
    for text in texts:
        command = parse(text, known)
        if isinstance(command, Mistake):
            return Mistaken(text, command)
        if (why := terminal_only(command)) is not None:
            return TerminalOnly(
                text, f'"{plain(text, _SHOWN)}" is for the terminal: {why}. Start xbtfx-tui for it.'
            )
        asked.append(Asked(text, command))
    return tuple(asked)


def read_before_connecting(texts: Sequence[str]) -> ParsedCommands:
    """The same before the account's symbols are known; what may be a mistake only then is left for later.

    Any word may be a symbol until they are known, so what is wrong behind one need not be. Such a text stands
    here as its verb's first example: good to tell what kind of command it is, and for nothing else.
    """
    asked: list[Asked] = []
    for text in texts:
        read = read_commands([text], Known())
        if isinstance(read, Mistaken) and (stand_in := _stand_in(text, read.mistake)) is not None:
            read = (Asked(text, stand_in),)
        if not isinstance(read, tuple):
            return read
        asked += read
    return tuple(asked)


def _stand_in(text: str, mistake: Mistake) -> Command | None:
    """A command of the same verb, where the mistake may be none once the symbols are known."""
    words = text.split()
    verb = find_verb(words[0]) if words else None
    if verb is None or (len(text[: mistake.start].split()) <= 1 and text.isascii()):
        return None
    made = parse(verb.examples[0], Known())
    return None if isinstance(made, Mistake) or not needs_account(made) else made


def terminal_only(command: Command) -> str | None:
    """Why a command makes sense in the terminal alone, as a clause; None where it can be done without."""
    match facts_of(command).part:
        case None:
            return None
        case TerminalPart.WATCHLIST:
            return "the watchlist is what it shows"
        case TerminalPart.LAYOUTS:
            return "layouts are how its screen is laid out"
        case TerminalPart.CHART:
            return "the chart is a pane of its screen"
        case TerminalPart.ALERTS:
            return "alerts are watched while it runs"
        case TerminalPart.RULES:
            return "an order waits for its price while it runs"
        case TerminalPart.TRAILS:
            return "a stop is trailed while it runs"
        case TerminalPart.PRESETS:
            return "presets are what its ticket begins with"
        case TerminalPart.CURRENCY:
            return "it keeps the answer for later runs; here --currency tells it"
        case TerminalPart.LOCK:
            return "here --yes, or the word yes, unlocks for one run, and only its own orders"


def needs_account(command: Command) -> bool:
    """Whether anything has to be read of the account to carry it out."""
    facts = facts_of(command)
    return sends_orders(command) or facts.period is not None or bool(facts.targets)


def help_lines(command: Help) -> tuple[str, ...]:
    """What a verb does; without one, the verbs that can be done without the terminal."""
    if command.verb is not None:
        return tuple((verb_help(command.verb) or f"{command.verb} is no verb.").splitlines())
    lines = []
    for verb in VERBS:
        made = parse(verb.examples[0], Known())
        if not isinstance(made, Mistake) and terminal_only(made) is None:
            lines += [f"{usage}" for usage in verb.usage] + [f"    {verb.does}"]
    return tuple(lines)


def pointed(text: str, mistake: Mistake) -> tuple[str, ...]:
    """The text with a caret under the wrong word, and an example of what is right."""
    # One character for one character, so that the caret stays where it belongs.
    shown = "".join(character if character.isprintable() else " " for character in text)
    carets = "^" * max(1, mistake.end - mistake.start)
    return (f"    {shown}", f"    {' ' * mistake.start}{carets}", f"    e.g. {mistake.example}")
