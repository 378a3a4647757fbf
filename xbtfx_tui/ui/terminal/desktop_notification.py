"""Telling through the terminal itself: a notification of the desktop by OSC 9. It never asks for an answer.

No terminal says whether it knows OSC 9, so it is only sent where the environment names one that does
(iTerm2, WezTerm, kitty, Ghostty, ConEmu, Windows Terminal), or where the trader's config says so. Inside tmux
and screen it is not: they swallow it, and hide which terminal is behind them; they do pass the bell on, and
tmux marks the window with it.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from xbtfx_tui.domain.alerts import Alert, news_words
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.ui.terminal.textual_internals import driver_of

if TYPE_CHECKING:
    from textual.app import App

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


def notification(fired: Sequence[Alert]) -> str:
    """One sentence for all the alerts that fired at once; the first of them stands for the others."""
    words = news_words(fired[0]) or ""
    others = len(fired) - 1
    more = f" (and {others} more alert{'' if others == 1 else 's'})" if others else ""
    return f"{plain(words, _LONGEST)}{more}"


def sequence(text: str) -> str:
    """The OSC 9 sequence of a text.

    It begins with the program's name, because ConEmu and Windows Terminal take a number in front for
    another command.
    """
    return f"\x1b]9;xbtfx-tui: {plain(text)}\x07"


def notify(app: "App[Any]", text: str) -> None:
    """Have the terminal show a notification, where the app draws on one."""
    if (driver := driver_of(app)) is not None:
        driver.write(sequence(text))
