"""The figures of a position that only a wide board has room for: stops, risk, margin, age. Sends nothing.

They are worked out at most once a second a row, for they are seldom other ones within it.
"""

from collections.abc import Mapping

import msgspec

from xbtfx_tui.domain.clock import Instant, age_words
from xbtfx_tui.domain.position_risk import in_risks, margin_share, result_at_sl
from xbtfx_tui.domain.positions import Deal, DealEntry, Position
from xbtfx_tui.domain.profit_calculation import pips_between
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.store.store import Store
from xbtfx_tui.ui import figure_format as fmt
from xbtfx_tui.ui.screen_times import ScreenTimes
from xbtfx_tui.ui.store_lookup import currency_of

EXTRAS_BY_STOP = ("to_sl", "to_tp", "risk", "r")
EXTRAS = (*EXTRAS_BY_STOP, "margin", "age")


class _Worked(msgspec.Struct, frozen=True):
    """What was worked out in a second, of a position as it was then."""

    second: int
    position: Position
    texts: Mapping[str, str]


class PositionExtras:
    """The texts of the extra columns by position; those that nobody knows are a dash."""

    def __init__(self, store: Store, times: ScreenTimes) -> None:
        self._store = store
        self._times = times
        self._worked: dict[int, _Worked] = {}
        self._opened: dict[int, float] = {}
        self._deals_seen: tuple[int, ...] = ()

    def text(self, name: str, position: Position, now: Instant) -> str:
        """The text of one of EXTRAS."""
        second = int(now.monotonic)
        worked = self._worked.get(position.ticket)
        if worked is None or worked.second != second or worked.position is not position:
            if len(self._worked) > 2 * len(self._store.positions) + 100:
                self._worked.clear()
            worked = self._worked[position.ticket] = _Worked(second, position, self._texts(position, now))
        return worked.texts[name]

    def _texts(self, position: Position, now: Instant) -> Mapping[str, str]:
        texts = dict.fromkeys(EXTRAS, fmt.NOTHING)
        opened = self._opened_at(position.ticket)
        if opened is not None:
            texts["age"] = age_words(max(0.0, now.wall - opened))
        spec = self._store.specs.get(position.symbol)
        if spec is None:
            return texts
        price, rate = self._store.live_price(position), self._store.rate
        for name, stop in (("to_sl", position.sl), ("to_tp", position.tp)):
            if stop is not None:
                away = pips_between(spec, Side.BUY, min(price, stop), max(price, stop))
                texts[name] = fmt.pips(away).lstrip("+")
        at_sl = result_at_sl(position, spec, rate)
        texts["risk"] = fmt.signed_money(at_sl, currency_of(self._store))
        multiple = in_risks(self._store.live_profit(position), at_sl)
        if multiple is not None:
            texts["r"] = f"{fmt.signed(multiple)} R"
        if self._store.account is not None:
            share = margin_share(position, spec, self._store.account, self._store.positions.values(), rate)
            texts["margin"] = fmt.percent(share, 0)
        return texts

    def _opened_at(self, ticket: int) -> float | None:
        """When (unix time) a position was opened, as far as a deal that was read tells."""
        history = self._store.history
        seen = tuple(id(deals) for deals in history.values())
        if seen != self._deals_seen:
            self._deals_seen = seen
            self._opened = {}
            for deals in history.values():
                for deal in deals:
                    self._note(deal)
        return self._opened.get(ticket)

    def _note(self, deal: Deal) -> None:
        if deal.entry is DealEntry.IN and deal.time is not None and deal.position is not None:
            before = self._opened.get(deal.position)
            time = self._times.of_server(deal.time)
            self._opened[deal.position] = time if before is None else min(before, time)
