"""That a pane is called otherwise now: its own frame shows that at once, a line of tabs when it is told."""

from textual.message import Message


class TitleChanged(Message):
    """What the sender's head line says has changed."""
