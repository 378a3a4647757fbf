"""A terminal that tells of each key whether it is pressed, repeats or is let go: asked, heard, and left."""

from pathlib import Path

from tests.integration.pty_program import PtyProgram, a_program

PAPER = ("--paper", "--seed", "7", "--fresh")
ASKS = b"\x1b[?u"
ANSWERS = "\x1b[?27u"
TELL_NO_EVENTS = b"\x1b[=2;3u\x1b[?u"
PRESSES_Q, LETS_GO_OF_Q = "\x1b[113;;113u", "\x1b[113;1:3u"
ENTER_REPEATS = "\x1b[13;1:2u"


def strikes(program: PtyProgram, *keys: str) -> None:
    """Each pressed and let go, with the text that it writes."""
    for key in keys:
        code = ord(key)
        program.types(f"\x1b[{code}{f';;{code}' if key.isprintable() else ''}u\x1b[{code};1:3u")


def holds_enter(program: PtyProgram) -> None:
    """Pressed, repeated, let go. By the time alone each repeat could be a press of its own."""
    for event in ("\x1b[13u", *[ENTER_REPEATS] * 3, "\x1b[13;1:3u"):
        program.types(event)
        program.looks()


def test_a_held_enter_sends_nothing_and_a_press_does(tmp_path: Path) -> None:
    with a_program(tmp_path, *PAPER) as program:
        program.until(lambda: ASKS in program.output)
        program.types(ANSWERS)
        program.sees(" PAPER ", "EURUSD", "No open positions.")
        program.until(lambda: "LOCKED" not in program.text())
        strikes(program, "b")
        program.sees("BUY EURUSD", "bid 1.", "ask 1.")
        strikes(program, *"0.25")
        program.looks()
        holds_enter(program)
        program.sees("Enter sends, escape goes back. Press enter again.")
        assert "Bought" not in program.text()
        program.looks()
        strikes(program, "\r")
        program.sees("4 Positions 1", "0.25", "Bought 0.25 EURUSD")
        program.types(PRESSES_Q)
        program.until(lambda: TELL_NO_EVENTS in program.output)
        program.types(LETS_GO_OF_Q + "\x1b[?25u")  # it was let go before the terminal heard of the end
        assert program.ends() == 0
        assert program.unread() == 0
        assert program.left_as_it_was() == []
        assert b"Traceback" not in program.output
