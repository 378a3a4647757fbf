"""The first screen when there is no key: paper account, enter a key, quit. It stores nothing."""

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from xbtfx_tui.domain.secrets import ApiKey
from xbtfx_tui.ui.connecting import Choice, KeyEntered, PaperChosen

INTRO = (
    "xbtfx-tui trades XBTFX accounts (MetaTrader 5) from the terminal.\n"
    "No API key was found. A paper account needs none: it is an exchange of its own on this machine."
)
KEPT = (
    "The key is used for this run alone. To keep it: a file ~/.xbtfx/credentials with the line\n"
    "XBTFX_API_KEY=xbtfx_live_..., then chmod 600 ~/.xbtfx/credentials"
)
RISK = (
    "Not the vendor's own program. Trading with leverage can lose more than you expect, quickly;\n"
    "paper first, and never with money you can't lose."
)


class WelcomeScreen(Screen[None]):
    """Three choices and one field."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "quit", "Quit", show=False),
        Binding("escape", "back", "Back", show=False),
    ]

    def __init__(self, choose: Callable[[Choice], Awaitable[str | None]]) -> None:
        super().__init__()
        self._choose = choose

    def compose(self) -> ComposeResult:
        with Vertical(id="welcome"):
            yield Static("xbtfx-tui", id="welcome-title", markup=False)
            yield Static(INTRO, markup=False)
            yield OptionList(
                Option("Open a paper account", id="paper"),
                Option("Enter an API key", id="key"),
                Option("Quit", id="quit"),
                id="welcome-choices",
            )
            yield Input(placeholder="xbtfx_live_ and 32 hex digits", password=True, id="welcome-key")
            yield Static("", id="welcome-status", markup=False)
            yield Static(KEPT, id="welcome-kept", markup=False)
            yield Static(RISK, id="welcome-risk", markup=False)

    def on_mount(self) -> None:
        self._ask_for_key(False)
        self.query_one(OptionList).focus()

    def _ask_for_key(self, asked: bool) -> None:
        self.query_one("#welcome-key").display = asked
        self.query_one("#welcome-kept").display = asked
        if asked:
            self.query_one("#welcome-key").focus()
        else:
            self.query_one(OptionList).focus()

    @on(OptionList.OptionSelected)
    def take_choice(self, event: OptionList.OptionSelected) -> None:
        match event.option.id:
            case "paper":
                self._say("Starting the paper exchange ...")
                self.connect(PaperChosen())
            case "key":
                self._say("")
                self._ask_for_key(True)
            case _:
                self.app.exit(0)

    @on(Input.Submitted)
    def take_key(self, event: Input.Submitted) -> None:
        key = ApiKey(event.value.strip())
        if not key.looks_right:
            self._say("That is not a key: it starts with xbtfx_live_ and goes on with 32 hex digits.")
            return
        self._say(f"Connecting with {key.prefix} ...")
        self.connect(KeyEntered(key))

    @work(exclusive=True)
    async def connect(self, choice: Choice) -> None:
        """Connect; the screen stays, with the reason, where that fails."""
        refusal = await self._choose(choice)
        if refusal is not None:
            self._say(refusal)

    def _say(self, sentence: str) -> None:
        self.query_one("#welcome-status", Static).update(sentence)

    def action_back(self) -> None:
        self._ask_for_key(False)

    def action_quit(self) -> None:
        self.app.exit(0)
