"""Makes of a key of the number pad, as the kitty keyboard protocol reports it, the key that means the same.

Terminals differ in whether they send a text with these: without one the decimal key wrote nothing at all, and
a volume of 0.35 became 035. Knows no key of the program, and changes nothing but these sequences.
"""

import re
from typing import Final

_FIRST_DIGIT: Final = 57399
_MEANS: Final = {
    **{_FIRST_DIGIT + digit: str(digit) for digit in range(10)},
    57409: ".",
    57410: "/",
    57411: "*",
    57412: "-",
    57413: "+",
    57414: "\r",
    57415: "=",
    57416: ",",
}
"""By code point. The pad's arrows, pages and so on (57417 to 57426) Textual names as it does the others."""
_ALT_TO_META: Final = 0b111110
"""Modifiers with which a key writes no text: alt, ctrl, super, hyper, meta."""
_KITTY: Final = re.compile(r"\x1b\[(\d{5})(?:;(\d*)((?::\d*)?)(?:;([\d:]*))?)?u", re.ASCII)


def without_keypad(sequence: str) -> str:
    """The sequence, or where it is one of these keys of the pad, the main keyboard's; with the same modifiers
    and the text that the terminal gave, or else that of the key (a decimal key may write a comma)."""
    if (match := _KITTY.fullmatch(sequence)) is None:
        return sequence
    code, modifiers, event, text = match.groups(default="")
    if (means := _MEANS.get(int(code))) is None:
        return sequence
    held = max(1, int(modifiers or "1")) - 1
    if not (text or held & _ALT_TO_META) and means.isprintable():
        text = str(ord(means))
    with_it = f";{modifiers}{event}" if modifiers or event or text else ""
    return f"\x1b[{ord(means)}{with_it}{f';{text}' if text else ''}u"
