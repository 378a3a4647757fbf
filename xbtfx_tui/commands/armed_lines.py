"""What a row shows of an armed order's line, word for word as it was typed. It reads no meaning into it."""

from xbtfx_tui.commands.lexer import lex


def size_of_line(line: str) -> str:
    """`0.10` of `buy 0.10 EURUSD limit=1.0820`."""
    words = lex(line).words
    return words[1].text if len(words) > 1 else ""


def stops_of_line(line: str) -> tuple[str, str]:
    """The sl and the tp as typed, `30p` and `2r`; empty where there is none."""
    typed = dict(word.text.partition("=")[::2] for word in lex(line).words if not word.is_quoted)
    return typed.get("sl", ""), typed.get("tp", "")
