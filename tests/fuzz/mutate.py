"""Makes hostile bodies out of honest ones: on JSON's tokens and members first, on bytes after.

The same `Random` gives the same bodies. Fast: no document is decoded or encoded again, tokens are replaced
and joined.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[\[\]{}:,]')
_PUNCTUATION = frozenset([b"[", b"]", b"{", b"}", b":", b","])

LITERALS: tuple[bytes, ...] = (
    b"null", b"true", b"false", b"0", b"-0", b"-1", b"1", b"0.0", b"1e999", b"-1e999", b"1e308", b"1e-308",
    b"5e-324", b"1e18", b"999999999999999999", b"1e-29", b"1e400000000000000000000", b"NaN", b"Infinity",
    b"-Infinity", b"9223372036854775807", b"9223372036854775808", b"-9223372036854775809", b"1" * 59,
    b"1" * 5000, b"0." + b"3" * 58, b"0." + b"1" * 3000, b"01", b"1.", b".5", b"+1", b"0x10", b'""', b'" "',
    b'"0"', b'"1e999"', b'"NaN"', b'"-Infinity"', b'"1e18"', b'"' + "²٣".encode() + b'"', b'"0.1"', b"[]",
    b"{}", b"[[]]", b"[null]", b'{"a":1}', b'"' + b"A" * 70 + b'"', b'"' + b"A" * 5000 + b'"',
    b'"\\ud800"', b'"\\udfff\\ud800"', b'"\xed\xa0\x80"', b'"\\u0000"',
    b'"\\u001b[2J\\u001b]0;owned\\u0007"',
    b'"\\u009b31m"', b'"\xc2\x9b2J"', b'"\\u202eDSU\\u2066"', b'"\\u200b\\ufeff\\u00ad"', b'"\x1b[31m"',
    b'"[/x] [bold red]"', b'"[@click=app.quit]x[/]"', b'"\\r\\n\\t\\u0085\\u2028"',
    b'"' + b"\\u0301" * 40 + b'"',
    b'"\xff\xfe"', b'"\xf0\x9f\x92\xa3"', b'"' + "価格Größe".encode() + b'"', b'"\\uffff\\ue000"',
    b'"\\x"', b'"',
    b'"quote"', b'"position"', b'"order"', b'"deal"', b'"system"', b'"account"', b'"open"', b'"update"',
    b'"close"', b'"add"', b'"buy"', b'"SELL "', b'"sell_stop"', b'"rejected"', b'"ok"', b'"auth_error"',
    b'"\\u0078btfx_live_' + b"a1b2c3d4" * 4 + b'"', b"10008", b"10009", b"10010", b"10019",
    b'"0001-01-01T00:00:00+23:59"', b'"9999-12-31T23:59:59-23:59"', b'"2026-02-30T00:00:00"',
    b"253402300799999",
)  # fmt: skip

_TEXT_NOISE = (
    b"\\u001b[2J", b"\\u001b]52;c;aGk=\\u0007", b"\\u0000", b"\\u009b", b"\\u202e", b"\\u200b",
    b"\x1b", b"\x00",
    b"[/x]", b"[bold]", b"A" * 300, b"\\ud83d", b"\xff", "é".encode(), "日本".encode(), b"\\n", b"\\u2028",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seedling:
    """One honest body as its tokens: which of them are scalars or keys, and where the members lie."""

    tokens: tuple[bytes, ...]
    leaves: tuple[int, ...]
    members: tuple[tuple[int, int], ...]


def seedling(body: bytes) -> Seedling:
    """Cut a body into its tokens. The body must be valid JSON."""
    tokens = tuple(_TOKEN.findall(body))
    leaves = tuple(i for i, token in enumerate(tokens) if token not in _PUNCTUATION)
    members: list[tuple[int, int]] = []
    starts: list[int] = []
    for i, token in enumerate(tokens):
        if token in (b"{", b"["):
            starts.append(i + 1)
        elif starts and token in (b",", b"}", b"]"):
            if i > starts[-1]:
                members.append((starts[-1], i))
            starts[-1] = i + 1
            if token != b",":
                starts.pop()
    return Seedling(tokens, leaves, tuple(members))


class Mutator:
    """Hostile bodies out of `honest` ones, by one source of chance."""

    def __init__(self, luck: Random, honest: Sequence[Seedling]) -> None:
        self._luck = luck.random
        self._honest = honest
        self._bytes_wise: tuple[Callable[[bytes], bytes], ...] = (
            self._flipped,
            self._cut,
            self._doubled,
            self._spliced,
            self._noise,
            self._encoded,
        )

    def below(self, limit: int) -> int:
        return int(self._luck() * limit)

    def body(self, of: Seedling | None = None) -> bytes:
        """The next body: of this seedling, else of any; one in ten is left as it is."""
        luck = self._luck
        plant = of or self._honest[int(luck() * len(self._honest))]
        kind = luck()
        if kind < 0.10:
            return b"".join(plant.tokens)
        if kind < 0.86:
            tokens = self._grown(plant)
            body = b"".join(tokens)
            if kind < 0.72:
                return body
        else:
            body = b"".join(plant.tokens)
        for _ in range(1 + int(luck() * 3)):
            body = self._bytes_wise[int(luck() * 6)](body)
        return body

    # --- on tokens ---------------------------------------------------------------------------------------

    def _grown(self, plant: Seedling) -> list[bytes]:
        luck = self._luck
        tokens = list(plant.tokens)
        for _ in range(1 + int(luck() * luck() * 4)):
            at = plant.leaves[int(luck() * len(plant.leaves))]
            tokens[at] = self._leaf(tokens[at])
        if luck() < 0.3 and plant.members:
            start, end = plant.members[int(luck() * len(plant.members))]
            self._reshape(tokens, start, end)
        return tokens

    def _leaf(self, old: bytes) -> bytes:
        kind = self._luck()
        if kind < 0.55:
            return LITERALS[int(self._luck() * len(LITERALS))]
        if kind < 0.75:
            other = self._honest[int(self._luck() * len(self._honest))]
            return other.tokens[other.leaves[int(self._luck() * len(other.leaves))]]
        if kind < 0.92 and old[:1] == b'"' and len(old) > 1:
            at = 1 + int(self._luck() * (len(old) - 1))
            return old[:at] + _TEXT_NOISE[int(self._luck() * len(_TEXT_NOISE))] + old[at:]
        if kind < 0.96:
            return str(int(self._luck() * 10 ** (1 + int(self._luck() * 19)))).encode()
        deep = (2, 40, 900, 3000)[int(self._luck() * 4)]
        if self._luck() < 0.5:
            return b"[" * deep + old + b"]" * deep
        return b'{"a":' * deep + old + b"}" * deep

    def _reshape(self, tokens: list[bytes], start: int, end: int) -> None:
        member = tokens[start:end]
        match int(self._luck() * 5):
            case 0:  # left out
                del tokens[start : end + 1 if tokens[end] == b"," else end]
                if start and tokens[start - 1] == b"," and tokens[start] in (b"}", b"]"):
                    del tokens[start - 1]
            case 1:  # twice: a duplicate key
                tokens[start:start] = [*member, b","]
            case 2:  # many times
                tokens[start:start] = [*member, b","] * int(1 + self._luck() * 60)
            case 3:  # a duplicate key of another value
                twin = [*member[:-1], self._leaf(member[-1])]
                tokens[end:end] = [b",", *twin]
            case _:  # another document in its place
                other = self._honest[int(self._luck() * len(self._honest))].tokens
                tokens[start:end] = [*member[:2], *other] if member[1:2] == [b":"] else other

    # --- on bytes ----------------------------------------------------------------------------------------

    def _flipped(self, body: bytes) -> bytes:
        if not body:
            return body
        changed = bytearray(body)
        for _ in range(1 + int(self._luck() * 4)):
            changed[int(self._luck() * len(changed))] ^= 1 << int(self._luck() * 8)
        return bytes(changed)

    def _cut(self, body: bytes) -> bytes:
        return body[: int(self._luck() * (len(body) + 1))]

    def _doubled(self, body: bytes) -> bytes:
        at, length = int(self._luck() * (len(body) + 1)), int(self._luck() * 60)
        return body[: at + length] + body[at:]

    def _spliced(self, body: bytes) -> bytes:
        other = b"".join(self._honest[int(self._luck() * len(self._honest))].tokens)
        return body[: int(self._luck() * (len(body) + 1))] + other[int(self._luck() * len(other)) :]

    def _noise(self, body: bytes) -> bytes:
        at = int(self._luck() * (len(body) + 1))
        noise = bytes(int(self._luck() * 256) for _ in range(1 + int(self._luck() * 6)))
        return body[:at] + noise + body[at:]

    def _encoded(self, body: bytes) -> bytes:
        match int(self._luck() * 6):
            case 0:
                return b"\xef\xbb\xbf" + body
            case 1:
                return body.decode("utf-8", "replace").encode("utf-16")
            case 2:
                return body.decode("utf-8", "replace").encode("latin-1", "replace")
            case 3:
                return b""
            case 4:
                return b" \r\n\t" * 50 + body + b"\0"
            case _:
                return b'"' + body.replace(b'"', b'\\"') + b'"'
