"""A history too long for one answer: read in parts, whole where that can be; what can't be is said."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hypothesis_profiles import examples
from xbtfx_tui.api.rest_client import ReadError
from xbtfx_tui.domain.failures import AnswerTooLarge, LineBroke, LinePart
from xbtfx_tui.domain.partial_history import PartsSoFar, WhatIsMissing, missing_words
from xbtfx_tui.domain.positions import Deal, HistoryPeriod
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.sync.history_reader import EMPTY_DAYS_END_IT, PeriodRead, read_period

TODAY = date(2026, 3, 4)
TOO_LARGE = ReadError(AnswerTooLarge(200, 8_000_000))


def deal(ticket: int, day: date) -> Deal:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return Deal(ticket, "EURUSD", Side.BUY, None, Decimal("0.1"), Decimal(1), Decimal(0), at)


class Server:
    """Holds deals by day, answers no more than `most` at once; `counts_last`: whether `to` is among them."""

    def __init__(self, by_day: dict[date, int], most: int, *, counts_last: bool = True) -> None:
        tickets = iter(range(1, 10**9))
        self.deals = [deal(next(tickets), day) for day, count in by_day.items() for _ in range(count)]
        self.most, self.counts_last = most, counts_last
        self.asked: list[tuple[date, date]] = []

    async def history(self, period: HistoryPeriod) -> tuple[Deal, ...]:
        return self._answer(lambda _: True)

    async def history_between(self, first: date, last: date) -> tuple[Deal, ...]:
        assert first <= last
        assert (last - first).days <= 90
        self.asked.append((first, last))
        end = last if self.counts_last else last - timedelta(days=1)
        return self._answer(lambda day: first <= day <= end)

    def _answer(self, within: Callable[[date], bool]) -> tuple[Deal, ...]:
        found = tuple(one for one in self.deals if one.time is not None and within(one.time.date()))
        if len(found) > self.most:
            raise TOO_LARGE
        return found


async def read(
    server: Server, period: HistoryPeriod = HistoryPeriod.ALL
) -> tuple[PeriodRead, list[PartsSoFar]]:
    told: list[PartsSoFar] = []
    return await read_period(server, period, TODAY, told.append), told


def tickets(rows: Sequence[object]) -> list[int]:
    return sorted(row.ticket for row in rows if isinstance(row, Deal))


def every_day(days: int, count: int) -> dict[date, int]:
    return {TODAY - timedelta(days=back): count for back in range(days)}


async def test_one_answer_is_enough_where_it_fits() -> None:
    server = Server(every_day(10, 3), most=100)
    found, told = await read(server)
    assert (len(found.rows), found.missing, told, server.asked) == (30, WhatIsMissing(), [], [])


@pytest.mark.parametrize("counts_last", [True, False])
async def test_what_is_too_long_comes_in_parts_from_now_backwards(counts_last: bool) -> None:
    server = Server(every_day(300, 20), most=2_000, counts_last=counts_last)
    found, told = await read(server)
    assert tickets(found.rows) == tickets(server.deals)
    assert [one.back_to for one in told] == sorted((one.back_to for one in told), reverse=True)
    assert told[-1].deals == 6_000
    assert found.missing.days == ()
    assert found.missing.asked_back_to is not None
    assert found.missing.asked_back_to < TODAY - timedelta(days=300 + EMPTY_DAYS_END_IT - 90)


async def test_a_year_without_a_deal_ends_it_and_is_said() -> None:
    long_ago = date(2020, 1, 1)
    server = Server(every_day(5, 50) | {long_ago: 10}, most=200)
    found, _ = await read(server)
    assert len(found.rows) == 250
    assert "Deals from before 202" in missing_words(found.missing)


async def test_a_day_that_is_too_large_is_left_out_and_said() -> None:
    rush = TODAY - timedelta(days=40)
    server = Server(every_day(60, 2) | {rush: 5_000}, most=1_000)
    found, _ = await read(server, HistoryPeriod.LAST_3_MONTHS)
    assert found.missing == WhatIsMissing((rush,))
    assert len(found.rows) == 59 * 2
    assert missing_words(found.missing) == (
        "2026-01-23 has more deals than one answer may hold: they are missing."
    )


async def test_where_the_server_does_not_count_the_last_day_a_full_day_is_not_called_empty() -> None:
    rush = TODAY - timedelta(days=3)
    server = Server({rush: 5_000, TODAY: 1}, most=1_000, counts_last=False)
    found, _ = await read(server, HistoryPeriod.LAST_MONTH)
    assert rush in found.missing.days


@pytest.mark.parametrize("period", [HistoryPeriod.TODAY, HistoryPeriod.LAST_3_DAYS, HistoryPeriod.LAST_WEEK])
async def test_what_is_judged_by_is_never_a_part(period: HistoryPeriod) -> None:
    with pytest.raises(ReadError) as caught:
        await read(Server(every_day(3, 50), most=100), period)
    assert caught.value is TOO_LARGE


async def test_a_line_that_breaks_ends_it_and_one_that_is_slow_makes_the_ranges_smaller() -> None:
    class Slow(Server):
        async def history_between(self, first: date, last: date) -> tuple[Deal, ...]:
            if (last - first).days > 30:
                self.asked.append((first, last))
                raise ReadError(LineBroke(LinePart.TIME_OUT, "", begun=True))
            return await super().history_between(first, last)

    class Broken(Server):
        async def history_between(self, first: date, last: date) -> tuple[Deal, ...]:
            raise ReadError(LineBroke(LinePart.CONNECT, "", begun=False))

    found, _ = await read(Slow(every_day(80, 2), most=100), HistoryPeriod.LAST_3_MONTHS)
    assert len(found.rows) == 160
    with pytest.raises(ReadError):
        await read(Broken(every_day(80, 2), most=100))


@settings(max_examples=examples(60), deadline=None)
@given(
    st.dictionaries(st.integers(0, 170), st.integers(1, 60), max_size=25),
    st.integers(1, 80),
    st.booleans(),
)
async def test_each_deal_is_read_once_or_its_day_is_named(
    back: dict[int, int], most: int, counts_last: bool
) -> None:
    server = Server(
        {TODAY - timedelta(days=days): count for days, count in back.items()}, most, counts_last=counts_last
    )
    found, _ = await read(server, HistoryPeriod.LAST_6_MONTHS)
    got = tickets(found.rows)
    assert len(got) == len(set(got))
    lacking = {one.time.date() for one in server.deals if one.ticket not in set(got) and one.time is not None}
    assert lacking <= set(found.missing.days)
