"""A dialog that is only read: it scrolls, and escape, enter or q closes it."""

from abc import abstractmethod
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.visual import VisualType
from textual.widgets import Static

from xbtfx_tui.ui.dialogs.confirm_guard import ConfirmGuard
from xbtfx_tui.ui.dialogs.dialog_base import Dialog


class ReadingDialog(Dialog[None]):
    """Base of help and message. Dismisses with None."""

    FIRST = "#frame"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "read", "Close"),
        Binding("q", "back", "Close"),
        Binding("j", "scroll_page(1)", "Down", show=False),
        Binding("k", "scroll_page(-1)", "Up", show=False),
    ]

    def __init__(self, classes: str = "") -> None:
        super().__init__(classes)
        self._guard = ConfirmGuard(self)

    @abstractmethod
    def title_words(self) -> str:
        """What the frame says on top."""

    @abstractmethod
    def page(self) -> VisualType:
        """What is read; nothing of it may be taken for markup."""

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="frame", can_focus=True):
            yield Static(self.page(), markup=False, expand=True)

    def on_mount(self) -> None:
        self._guard.ask()
        self.write_title(self.title_words())
        self.query_one("#frame").border_subtitle = "up/down, pgup/pgdn scroll · escape closes"

    def action_scroll_page(self, rows: int) -> None:
        self.query_one("#frame", VerticalScroll).scroll_relative(y=rows, animate=False)

    def action_read(self) -> None:
        """Enter: one that is held, or left over, does not close what it opened."""
        self.call_later(self._read)  # in its own turn: the rule may take a moment

    async def _read(self) -> None:
        if await self._guard.hears():
            self.action_back()
