"""What a part of the terminal answers to a key or a command: a sentence, whose type tells if it was done."""


class NotDone(str):
    """A sentence that says why something was not done, or not all of it; any other string tells what was."""

    __slots__ = ()
