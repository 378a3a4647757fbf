"""Which quotes are wanted and which are on, and the frames from one to the other. No I/O.

Outlives connections: what is wanted stays, what is on begins anew with each.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from xbtfx_tui.domain.store_events import Dialect
from xbtfx_tui.wire.stream_frames import subscribe_frame, unsubscribe_frame

# A frame of 100 symbols is about 1 KB: short enough to pass quickly, long enough that 1,000 are ten frames.
_CHUNK = 100
# What a connection may hold: by the API's limits today, and by the tiers of its older page.
_LIMITS = (1000, 100, 20)


class Subscriptions:
    """The wanted symbols, at most `limit` of them, one of them with depth. `on` are those that are on, a live
    view: symbol -> with depth; `names` are theirs, another set once that may have changed."""

    def __init__(self) -> None:
        self._wanted: frozenset[str] = frozenset()
        self._depth: str | None = None
        self._first: frozenset[str] = frozenset()
        self._on: dict[str, bool] = {}
        self.on: Mapping[str, bool] = self._on
        self.names: frozenset[str] = frozenset()
        self._limits = list(_LIMITS)
        self._renewed: frozenset[str] = frozenset()

    @property
    def limit(self) -> int:
        return self._limits[0]

    @property
    def left_out(self) -> int:
        """How many wanted symbols are over the limit."""
        return max(0, len(self._wanted) - self.limit)

    def want(self, symbols: frozenset[str], depth: str | None, first: frozenset[str] = frozenset()) -> None:
        """From now on these are wanted; the depth symbol is, too, even where `symbols` lacks it. Those of
        them in `first` are the last to go where the server takes fewer."""
        self._first = first
        self._wanted = symbols | {depth} if depth is not None else symbols
        self._depth = depth

    def renew(self, symbols: frozenset[str]) -> None:
        """Put these off and on again with the next frames: the server sends nothing of them."""
        self._renewed |= symbols

    def forget(self) -> None:
        """A new connection: nothing is on."""
        self._on.clear()
        self.names = frozenset()
        self._renewed = frozenset()

    def lower_limit(self) -> bool:
        """The server found them too many: keep fewer from now on. False where it can't be fewer."""
        if len(self._limits) == 1:
            return False
        del self._limits[0]
        return True

    def frames(self, dialect: Dialect) -> list[str]:
        """What is to be sent so that the wanted are on; they count as on from here.

        A symbol whose depth goes on or off is taken off first: what a second subscription of the same
        symbol does is not documented.
        """
        target = self._target(dialect)
        renewed, self._renewed = self._renewed, frozenset()
        off = sorted(
            symbol
            for symbol, depth in self._on.items()
            if symbol in renewed or target.get(symbol) is not depth
        )
        for symbol in off:
            del self._on[symbol]
        new = sorted(symbol for symbol in target if symbol not in self._on)
        self._on.update((symbol, target[symbol]) for symbol in new)
        self.names = frozenset(self._on)
        deep = [symbol for symbol in new if target[symbol]]
        flat = [symbol for symbol in new if not target[symbol]]
        return [
            *(unsubscribe_frame(dialect, chunk) for chunk in _chunks(off)),
            *(subscribe_frame(dialect, chunk, depth=True) for chunk in _chunks(deep)),
            *(subscribe_frame(dialect, chunk) for chunk in _chunks(flat)),
        ]

    def _target(self, dialect: Dialect) -> dict[str, bool]:
        """Symbol -> with depth. Over the limit the depth symbol comes first, then what comes first anyhow,
        then what is already on."""
        depth = self._depth if dialect is Dialect.CURRENT else None
        if not self.left_out:
            return {symbol: symbol == depth for symbol in self._wanted}
        ranked = sorted(
            self._wanted,
            key=lambda name: (name != self._depth, name not in self._first, name not in self._on, name),
        )
        return {symbol: symbol == depth for symbol in islice(ranked, self.limit)}


def _chunks(symbols: Sequence[str]) -> Iterator[Sequence[str]]:
    return (symbols[start : start + _CHUNK] for start in range(0, len(symbols), _CHUNK))
