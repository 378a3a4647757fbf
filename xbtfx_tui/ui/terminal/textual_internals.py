"""Everything that leans on what Textual keeps to itself, and whether the Textual at hand still has it.

Where anything of it is missing, `what_is_missing` names it and the terminal draws in Textual's ordinary way:
that is slower, and the keys that reach past a dialog are gone. No other module touches an attribute of
Textual's that begins with an underscore; what is drawn by its help is held to Textual's own picture, cell for
cell, by a test.
"""

import sys
from asyncio import AbstractEventLoop, Event
from collections.abc import Callable, Collection, Mapping
from importlib import import_module
from typing import IO, TYPE_CHECKING, Any

from textual import constants, events
from textual.app import App
from textual.binding import NoBinding
from textual.content import Content
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widget import Widget

from xbtfx_tui.ui.keystrokes import KeyKind

if TYPE_CHECKING:
    from textual._xterm_parser import XTermParser

NEEDED: Mapping[type, tuple[str, ...]] = {
    App: ("_batch_count", "_close_messages_no_wait", "_driver", "_fatal_error", "_registry"),
    DOMNode: ("_attach", "_bindings"),
    Driver: ("_debug", "_loop"),
    LinuxDriver: (
        "_auto_restart",
        "_file",
        "_get_terminal_size",
        "_must_signal_resume",
        "_sigcont_application",
        "_writer_thread",
    ),
    Event: ("_waiters",),
    MessagePump: ("_closed", "_closing", "_message_queue", "_pending_message"),
    Stylesheet: ("_require_parse", "_variables"),
    Widget: ("_border_title", "_exchange_repaint_regions", "_repaint_regions", "_repaint_required"),
}
_PARSER = ("textual._xterm_parser", "XTermParser")
_KEYS = ("textual._ansi_sequences", "ANSI_SEQUENCES_KEYS")
_QUEUE = ("textual._queue", "Queue")


def what_is_missing(needed: Mapping[type, tuple[str, ...]] = NEEDED) -> tuple[str, ...]:
    """What this Textual lacks of what is leaned on, by name (`Widget._repaint_regions`); empty: nothing."""
    lacking = [
        f"{kind.__name__}.{name}" for kind, names in needed.items() for name in names if not _has(kind, name)
    ]
    parts = (f"{module}.{name}" for module, name in (_PARSER, _KEYS) if _part(module, name) is None)
    if not _has(_part(*_QUEUE) or object, "ready_event"):
        lacking.append("Queue.ready_event")
    if not hasattr(events.Key("a", "a"), "__dict__"):
        lacking.append("Key.__dict__")
    return (*lacking, *parts)


def _part(module: str, name: str) -> Any:
    """What a module of Textual's own has under this name; None where there is none."""
    try:
        return getattr(import_module(module), name, None)
    except ImportError:
        return None


def _has(kind: type, name: str) -> bool:
    """Whether its instances have it: by the class, or set where one is made."""
    makers = (vars(base).get("__init__") for base in kind.__mro__)
    codes = (getattr(maker, "__code__", None) for maker in makers)
    return hasattr(kind, name) or any(code is not None and name in code.co_names for code in codes)


IS_WHOLE = not what_is_missing()
"""Whether what the own drawing needs is there."""


# --- the app and its screens ---


class AppWithoutTracebacks(App[int]):
    """Calls `failed` for an exception that nobody caught, within its handling: Textual would print a
    traceback with local variables, which may hold the key."""

    def failed(self) -> None:
        """To be overridden."""

    def _fatal_error(self) -> None:
        self.failed()
        if IS_WHOLE:
            self._close_messages_no_wait()
        else:
            self.exit(1)


def driver_of(app: "App[Any]") -> Driver | None:
    """What the app draws on; None before it runs, or where that can't be told."""
    return app._driver if IS_WHOLE else None


def is_at_rest(app: "App[Any]", *, but_app: bool = False) -> bool:
    """Whether every widget, screen and the app itself has done what it was told and waits for more.

    `but_app`: asked from within the app's own turn, which then counts as its last.
    """
    queue: Any = app._message_queue
    # Textual takes the next message out of the queue before it is done with this one.
    if but_app and (not queue.empty() or app._pending_message is not None):
        return False
    return all(map(_waits, app._registry)) and (but_app or _waits(app))


def _waits(pump: MessagePump) -> bool:
    if pump._closing or pump._closed:
        return True
    queue: Any = pump._message_queue
    # Who waits for a message stands in line for this event; who is at work, or was never started, does not.
    return queue.empty() and bool(_waiters_of(queue.ready_event))


def _waiters_of(event: Event) -> Collection[object]:
    waiters: Collection[object] = vars(event)["_waiters"]
    return waiters


def is_batching(app: "App[Any]") -> bool:
    """Whether Textual holds back all that is drawn for now."""
    return bool(app._batch_count)


def bind_first(screen: "Screen[Any]", key: str, action: str) -> None:
    """Bind a key on this one screen, before its fields get to see it."""
    if IS_WHOLE:
        screen._bindings.bind(key, action, show=False, priority=True)


def actions_of(widget: Widget, key: str) -> tuple[str, ...]:
    """What the widget's own bindings do with the key; empty where it has none."""
    if not IS_WHOLE:
        active = widget.screen.active_bindings.get(key)
        return () if active is None or active.node is not widget else (active.binding.action,)
    try:
        return tuple(binding.action for binding in widget._bindings.get_bindings_for_key(key))
    except NoBinding:
        return ()


def attach(node: DOMNode, parent: DOMNode) -> None:
    """Let a node that is never mounted have its styles as a child of `parent`."""
    if IS_WHOLE:
        node._attach(parent)


class StylesheetParsedOnce(Stylesheet):
    """Textual's style sheet, without parsing everything anew where nothing has changed.

    It parses all again only once the variables, which are the theme's colours, have become others: Textual
    does so for every theme that is set, the first one too, whose colours the sheet was made with.
    """

    def __init__(self, *, variables: dict[str, str]) -> None:
        super().__init__(variables=variables)
        self._parsed_with = variables

    def set_variables(self, variables: dict[str, str]) -> None:
        if not IS_WHOLE or variables != self._variables:
            super().set_variables(variables)

    def reparse(self) -> None:
        if not IS_WHOLE or self._variables != self._parsed_with:
            super().reparse()
            self._parsed_with = self._variables if IS_WHOLE else {}
        elif self._require_parse:  # sources were added
            self.parse()


# --- what is drawn, and when ---


def is_to_be_rendered(widget: Widget) -> bool:
    """Whether Textual is to draw the widget, or a part of it, as soon as it comes to it: the screen may have
    been told already, and asks for the parts when its frame is due."""
    return not IS_WHOLE or widget._repaint_required or bool(widget._repaint_regions)


def take_back_refresh(widget: Widget) -> None:
    """Take back what a widget has asked for, as it was drawn by itself; a layout that is due stays. Textual
    knows from the asking that what it remembers of the widget is of before."""
    widget._exchange_repaint_regions()
    widget._repaint_required = False


def put_title(widget: Widget, title: Content) -> bool:
    """Put a title into a widget's frame without having Textual render all of the widget, where that can be;
    whether it is another one than before and its line is still to be drawn."""
    if not IS_WHOLE:
        widget.border_title = title
        return False
    if title == widget._border_title:
        return False
    widget._border_title = title
    return True


# --- the terminal ---


def key_sequences() -> frozenset[str]:
    """The sequences of a terminal that Textual reads as keys."""
    return frozenset(_part(*_KEYS) or ())


def tell_kind(message: Message, kind: KeyKind) -> None:
    """Note with a key what its terminal has told of it; Textual's own key has no place for that."""
    vars(message)["kind"] = kind


def kind_of(key: events.Key) -> KeyKind:
    """What the key's terminal has told of it."""
    kind: KeyKind = vars(key).get("kind", KeyKind.UNTOLD) if IS_WHOLE else KeyKind.UNTOLD
    return kind


class OpenLinuxDriver(LinuxDriver):
    """Textual's Linux driver, with a name for what a driver that draws by itself has to see of it."""

    @property
    def loop(self) -> AbstractEventLoop:
        return self._loop

    @property
    def terminal_size(self) -> tuple[int, int]:
        """Columns and rows, as the terminal tells them now."""
        return self._get_terminal_size()

    @property
    def asks_for_kitty_keys(self) -> bool:
        """Whether keys are asked for by the kitty keyboard protocol: TEXTUAL_DISABLE_KITTY_KEY has it not."""
        return not constants.DISABLE_KITTY_KEY

    @property
    def is_writing(self) -> bool:
        """Whether the thread that writes to the terminal runs."""
        return self._writer_thread is not None

    @property
    def stays_when_stopped(self) -> bool:
        """Whether it was stopped from outside (`kill -STOP`) without having left the terminal."""
        return self._auto_restart and not self._must_signal_resume

    def write_to(self, wrap: Callable[[IO[str]], Any]) -> None:
        """Have all that is written go through `wrap(file)`: stderr, as Textual has it, or stdout where that
        is the terminal and stderr goes to a file. Raises RuntimeError without either."""
        file, other = self._file, sys.__stdout__
        if (file is None or not file.isatty()) and other is not None and other.isatty():
            file = other
        if file is None:
            raise RuntimeError("There is no stderr to draw on.")
        self._file = wrap(file)

    def key_parser(self) -> "XTermParser":
        """What makes messages of a terminal's text."""
        parser: XTermParser = _part(*_PARSER)(self._debug)
        return parser

    def continued(self) -> None:
        """Called where a signal tells that the program goes on; it may be in the middle of a write."""
        self.take_terminal_again()

    def told_to_stop(self) -> None:
        """Called where a signal tells it to give the terminal back and stop; it may be in the middle of a
        write."""
        self.leave_terminal()

    def take_terminal_again(self) -> None:
        super()._sigcont_application()

    def leave_terminal(self) -> None:
        """Give the terminal back as it was; `take_terminal_again` takes it."""
        if self._auto_restart and self.is_writing and not self._must_signal_resume:
            self.suspend_application_mode()
            self._must_signal_resume = True

    def _sigcont_application(self, *_: object) -> None:
        self.continued()

    def _sigtstp_application(self, *_: object) -> None:
        self.told_to_stop()
