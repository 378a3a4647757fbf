"""The least that Textual can do: one word on the screen. For what starting costs without a program."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Hello(App[None]):
    """One word."""

    def compose(self) -> ComposeResult:
        yield Static("Hello-world")


if __name__ == "__main__":
    Hello().run()
