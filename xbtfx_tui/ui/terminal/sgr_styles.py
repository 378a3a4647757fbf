"""SGR, the terminal's colours and attributes: the shortest way from one style to another. Pure."""

from functools import lru_cache

import msgspec

_OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "8": "28", "9": "29"}


class Sgr(msgspec.Struct, frozen=True):
    """A style as it is since the last reset: flags like `1`, and the codes of the two colours ('' = default).

    `known` False: it holds codes that are not understood here, so it is only ever set from a reset.
    """

    flags: frozenset[str]
    foreground: str
    background: str
    codes: str
    known: bool


@lru_cache(maxsize=4096)
def parse_sgr(codes: str) -> Sgr:
    """The style that `codes` (as in ESC [ codes m, after a reset) sets."""
    flags: set[str] = set()
    foreground = background = ""
    known = True
    parts = codes.split(";") if codes else []
    at = 0
    while at < len(parts):
        part = parts[at]
        if part in ("38", "48"):
            length = {"5": 3, "2": 5}.get(parts[at + 1] if at + 1 < len(parts) else "", 0)
            if not length or at + length > len(parts):
                return Sgr(frozenset(), "", "", codes, False)
            colour = ";".join(parts[at : at + length])
            foreground, background = (colour, background) if part == "38" else (foreground, colour)
            at += length
            continue
        number = int(part) if part.isdigit() else -1
        if 30 <= number <= 37 or 90 <= number <= 97 or number == 39:
            foreground = "" if number == 39 else part
        elif 40 <= number <= 47 or 100 <= number <= 107 or number == 49:
            background = "" if number == 49 else part
        elif part in _OFF:
            flags.add(part)
        else:
            known = False
        at += 1
    return Sgr(frozenset(flags), foreground, background, codes, known)


@lru_cache(maxsize=16384)
def transition(old: str | None, new: str) -> str:
    """The shortest sequence that takes the terminal from style `old` (None = unknown) to `new`."""
    whole = f"\x1b[0;{new}m" if new else "\x1b[m"
    if old is None:
        return whole
    if old == new:
        return ""
    before, after = parse_sgr(old), parse_sgr(new)
    if not (before.known and after.known):
        return whole
    steps: list[str] = []
    gone = before.flags - after.flags
    off = {_OFF[flag] for flag in gone}
    steps.extend(sorted(off))
    added = after.flags - before.flags
    if "22" in off:
        added |= after.flags & {"1", "2"}
    steps.extend(sorted(added))
    if before.foreground != after.foreground:
        steps.append(after.foreground or "39")
    if before.background != after.background:
        steps.append(after.background or "49")
    delta = f"\x1b[{';'.join(steps)}m" if steps else ""
    return min(delta, whole, key=len)
