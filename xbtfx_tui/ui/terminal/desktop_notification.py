"""SoundWay through the terminal itself: its bell, and a notification of the desktop by OSC 9. It never asks.

Each thing has its own count of bells, for a terminal has but one sound; most take several that come at once
for one, so that they come a moment apart.

No terminal says whether it knows OSC 9, so it is only sent where the environment names one that does
(iTerm2, WezTerm, kitty, Ghostty, ConEmu, Windows Terminal), or where the trader's config says so. Inside tmux
and screen it is not: they swallow it, and hide which terminal is behind them; they do pass the bell on, and
tmux marks the window with it.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from xbtfx_tui.domain.event_sounds import Sound, SoundWay
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.ui.sound_watch import Heard
from xbtfx_tui.ui.terminal.textual_internals import driver_of

if TYPE_CHECKING:
    from textual.app import App

BETWEEN_BELLS, BETWEEN_SOUNDS = 0.2, 0.6
"""Seconds from one bell to the next, and from the last of one sound to the first of another."""
_LONGEST = 160
_PROGRAMS = frozenset({"iterm.app", "iterm2", "wezterm", "kitty", "ghostty"})
_TERMS = frozenset({"xterm-kitty", "xterm-ghostty", "wezterm", "ghostty"})
_OTHER_SIGNS = ("WT_SESSION", "ConEmuPID", "KITTY_WINDOW_ID", "WEZTERM_PANE")


def takes_notifications(environ: Mapping[str, str]) -> bool:
    """Whether this environment is that of a terminal that is known to show OSC 9 as a notification.

    LC_TERMINAL is what iTerm2 sets, because ssh hands it on where it drops TERM_PROGRAM.
    """
    term = environ.get("TERM", "").lower()
    if environ.get("TMUX") or environ.get("STY") or term.startswith(("tmux", "screen")):
        return False
    programs = {environ.get(name, "").lower() for name in ("TERM_PROGRAM", "LC_TERMINAL")}
    return (
        not _PROGRAMS.isdisjoint(programs)
        or term in _TERMS
        or any(environ.get(name) for name in _OTHER_SIGNS)
    )


def notification(heard: Sequence[Heard]) -> str:
    """One sentence for all of one kind that came at once; the first of them stands for the others."""
    first, others = heard[0], len(heard) - 1
    more = f"more {first.sound.value}{'' if others == 1 else 's'}" if first.sound is Sound.ALERT else "more"
    return f"{plain(first.words, _LONGEST)}{f' (and {others} {more})' if others else ''}"


def sequence(text: str) -> str:
    """The OSC 9 sequence of a text.

    It begins with the program's name, because ConEmu and Windows Terminal take a number in front for
    another command.
    """
    return f"\x1b]9;xbtfx-tui: {plain(text)}\x07"


class Ringer:
    """Gives the terminal what was heard, each kind once and one after the other. `tells` are the settings,
    where a kind is told as it is by default if they say nothing; `notifies`: the terminal takes OSC 9."""

    def __init__(self, app: "App[Any]", tells: Mapping[Sound, SoundWay], *, notifies: bool) -> None:
        self._app = app
        self._tells = tells
        self._notifies = notifies
        self._waiting: list[Sound] = []

    def tell(self, heard: Sequence[Heard]) -> None:
        """Ring and write what the settings have for it; kinds that wait to be rung already are not twice."""
        is_idle = not self._waiting
        for sound in Sound:
            of_kind = [one for one in heard if one.sound is sound]
            tells = self._tells.get(sound, sound.by_default)
            if not of_kind:
                continue
            if tells.rings and sound not in self._waiting:
                self._waiting.append(sound)
            if tells.writes and self._notifies and (driver := driver_of(self._app)) is not None:
                driver.write(sequence(notification(of_kind)))
        if is_idle and self._waiting:
            self._ring(self._waiting[0].bells)

    def _ring(self, bells: int) -> None:
        self._app.bell()
        if bells > 1:
            self._app.set_timer(BETWEEN_BELLS, partial(self._ring, bells - 1))
        else:
            self._app.set_timer(BETWEEN_SOUNDS, self._next)

    def _next(self) -> None:
        del self._waiting[0]
        if self._waiting:
            self._ring(self._waiting[0].bells)
