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

from xbtfx_tui import __version__
from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.ui.account_choice import AccountChoice, KeyEntered, PaperChosen

INTRO = (
    "Trade XBTFX accounts (MetaTrader 5) from the terminal. No API key was found, and none is "
    "needed to begin: the paper account is an exchange of its own on this machine, with moving "
    "prices and no money at risk."
)
KEPT = (
    "The key is used for this run alone. To keep it, write the line XBTFX_API_KEY=xbtfx_live_... into the "
    "file ~/.xbtfx/credentials and run: chmod 600 ~/.xbtfx/credentials"
)
RISK = (
    "Risk: with leverage an account can lose more than you mean to, and fast. Never trade money you "
    "can't lose. xbtfx-tui is an independent project, not the vendor's own."
)
CHOICE_HINT = "up, down and enter choose, or the number · q quits"
KEY_HINT = "enter connects · escape goes back"
CHOICES = (
    ("paper", "Open a paper account", "no key, no risk"),
    ("key", "Enter an API key", "live or demo; starts locked"),
    ("quit", "Quit", ""),
)


class WelcomeScreen(Screen[None]):
    """Three choices and one field."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(i), f"pick('{key}')", name, show=False) for i, (key, name, _) in enumerate(CHOICES, 1)),
        Binding("q", "quit", "Quit", show=False),
        Binding("escape", "back", "Back", show=False),
    ]

    def __init__(self, choose: Callable[[AccountChoice], Awaitable[str | None]]) -> None:
        super().__init__()
        self._choose = choose

    def compose(self) -> ComposeResult:
        with Vertical(id="welcome"):
            yield Static(f"xbtfx-tui {__version__}", id="welcome-title", markup=False)
            yield Static(INTRO, markup=False)
            yield OptionList(
                *(
                    Option(f"{index} {name:<22}{words}", id=key)
                    for index, (key, name, words) in enumerate(CHOICES, 1)
                ),
                id="welcome-choices",
            )
            yield Input(
                placeholder="xbtfx_live_ and 32 hex digits", password=True, compact=True, id="welcome-key"
            )
            yield Static("", id="welcome-status", markup=False)
            yield Static(KEPT, id="welcome-kept", markup=False)
            yield Static(RISK, id="welcome-risk", markup=False)
            yield Static(
                "up, down and enter choose, or the number · q quits", id="welcome-hint", markup=False
            )

    def on_mount(self) -> None:
        self._ask_for_key(False)
        self.query_one(OptionList).focus()

    def _ask_for_key(self, asked: bool) -> None:
        self.query_one("#welcome-key").display = asked
        self.query_one("#welcome-kept").display = asked
        self.query_one("#welcome-risk").display = not asked
        self.query_one("#welcome-choices").display = not asked
        self.query_one("#welcome-hint", Static).update(KEY_HINT if asked else CHOICE_HINT)
        if asked:
            self.query_one("#welcome-key").focus()
        else:
            self.query_one(OptionList).focus()

    @on(OptionList.OptionSelected)
    def take_choice(self, event: OptionList.OptionSelected) -> None:
        self.action_pick(event.option.id or "quit")

    def action_pick(self, choice: str) -> None:
        match choice:
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
    async def connect(self, choice: AccountChoice) -> None:
        """Connect; the screen stays, with the reason, where that fails."""
        refusal = await self._choose(choice)
        if refusal is not None:
            self._say(refusal)

    def _say(self, sentence: str) -> None:
        self.query_one("#welcome-status", Static).update(sentence)

    def action_back(self) -> None:
        self._say("")
        self._ask_for_key(False)

    def action_quit(self) -> None:
        self.app.exit(0)
