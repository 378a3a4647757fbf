"""What must hold over any run of sights: one firing per arming, never on what is not fresh, never a crash."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from xbtfx_tui.domain.alerts import (
    Added,
    AlertBook,
    AlertEnded,
    AlertView,
    Armed,
    ArmedAway,
    Condition,
    Direction,
    FeedAlert,
    Fired,
    FreshQuote,
    MarginLevelAlert,
    NoAlert,
    NoMargin,
    PriceAlert,
    ProfitAlert,
    SpreadAlert,
    TooSoon,
    WaitingToClear,
    judged,
    news_words,
    resumed,
)

POINT = Decimal("0.00001")
SYMBOLS = ("EURUSD", "GBPUSD")
NEAR = st.decimals("1.08990", "1.09010", places=5)
DIRECTIONS = st.sampled_from(Direction)
CONDITIONS: st.SearchStrategy[Condition] = st.one_of(
    st.builds(PriceAlert, st.sampled_from(SYMBOLS), DIRECTIONS, NEAR),
    st.builds(SpreadAlert, st.sampled_from(SYMBOLS), DIRECTIONS, st.integers(1, 20).map(Decimal)),
    st.builds(ProfitAlert, st.integers(1, 3), st.just("EURUSD"), DIRECTIONS, st.integers(-3, 3).map(Decimal)),
    st.builds(MarginLevelAlert, DIRECTIONS, st.integers(98, 102).map(Decimal)),
    st.just(FeedAlert()),
)
QUOTES = st.builds(lambda bid, points: FreshQuote(bid, bid + points * POINT, POINT), NEAR, st.integers(0, 20))
SIGHTS = st.builds(
    lambda quotes, profits, level, trouble: AlertView(quotes.get, profits, level, trouble),
    st.dictionaries(st.sampled_from(SYMBOLS), QUOTES),
    st.none() | st.dictionaries(st.integers(1, 3), st.none() | st.integers(-4, 4).map(Decimal)),
    st.none() | st.just(NoMargin()) | st.integers(95, 105).map(Decimal),
    st.none() | st.just(TooSoon()) | st.just("the stream is down"),
)
BLIND = AlertView(lambda _: None, None, None, None)
ANY = st.decimals(allow_nan=True, allow_infinity=True)


def holds(condition: Condition, at: AlertView) -> bool:
    """The plain reading of a condition, to judge the judge by."""
    match condition:
        case PriceAlert(symbol, direction, price):
            quote = at.quote(symbol)
            if quote is None:
                return False
            return quote.bid >= price if direction is Direction.ABOVE else quote.ask <= price
        case SpreadAlert(symbol, direction, points):
            quote = at.quote(symbol)
            if quote is None:
                return False
            spread = quote.ask - quote.bid
            return spread >= points * POINT if direction is Direction.ABOVE else spread <= points * POINT
        case ProfitAlert(ticket, _, direction, amount):
            profit = at.profits.get(ticket) if at.profits is not None else None
            if profit is None:
                return False
            return profit >= amount if direction is Direction.ABOVE else profit <= amount
        case MarginLevelAlert(direction, percent):
            level = at.margin_level
            if not isinstance(level, Decimal):
                return False
            return level >= percent if direction is Direction.ABOVE else level <= percent
        case FeedAlert():
            return isinstance(at.feed_trouble, str)


@given(CONDITIONS, SIGHTS, st.lists(SIGHTS, max_size=8), st.booleans())
def test_it_fires_at_the_first_sight_at_which_it_holds_and_never_again(
    condition: Condition, first: AlertView, sights: list[AlertView], restart: bool
) -> None:
    added = AlertBook().add(condition, first, 0.0)
    if isinstance(added, NoAlert):
        assert added.sentence.endswith(".")
        gone = isinstance(condition, ProfitAlert) and condition.ticket not in (first.profits or ())
        assert holds(condition, first) or gone
        return
    assert not holds(condition, first)
    book = resumed(added.book) if restart and not isinstance(condition, FeedAlert) else added.book
    news_at: list[int] = []
    for step, at in enumerate(sights):
        was = book.alerts[0].state
        book, news = judged(book, at, float(step))
        if news and isinstance(was, AlertEnded):
            assert isinstance(news[0].state, ArmedAway)
            assert isinstance(condition, ProfitAlert)
            assert condition.ticket in (at.profits or ())
            news_at.clear()
        elif news:
            news_at.append(step)
            state = news[0].state
            if isinstance(state, Fired):
                assert holds(condition, at)
                assert ("while away" in state.words) == isinstance(was, ArmedAway)
            else:
                assert isinstance(state, AlertEnded)
                assert not holds(condition, at)
            assert news_words(news[0])
        elif not news_at and not isinstance(was, ArmedAway):
            assert not holds(condition, at)
        assert len(news_at) <= 1


@given(CONDITIONS, SIGHTS, SIGHTS, st.lists(SIGHTS, max_size=8))
def test_rearmed_it_never_fires_before_it_was_seen_not_to_hold(
    condition: Condition, first: AlertView, again: AlertView, sights: list[AlertView]
) -> None:
    book = AlertBook().add(condition, BLIND, 0.0)
    assert isinstance(book, Added)
    fired, news = judged(book.book, first, 1.0)
    rearmed = fired.rearm(1, again)
    if not news:
        assert isinstance(rearmed, NoAlert)
        return
    if isinstance(rearmed, NoAlert):
        assert isinstance(condition, ProfitAlert)
        return
    if holds(condition, again):
        assert rearmed.alerts[0].state == WaitingToClear()
    cleared = rearmed.alerts[0].state == Armed()
    for step, at in enumerate(sights):
        rearmed, news = judged(rearmed, at, float(step))
        if news and isinstance(news[0].state, Fired):
            assert cleared
        cleared = cleared or not holds(condition, at)


@given(st.lists(st.tuples(CONDITIONS, st.booleans()), max_size=12), st.lists(SIGHTS, max_size=4))
def test_numbers_are_unique_and_only_grow(
    wishes: list[tuple[Condition, bool]], sights: list[AlertView]
) -> None:
    book = AlertBook()
    given_out: list[int] = []
    for condition, remove in wishes:
        added = book.add(condition, BLIND, 0.0)
        if isinstance(added, Added):
            given_out.append(added.alert.number)
            book = added.book
        if remove and book.alerts:
            removed = book.remove(book.alerts[0].number)
            assert isinstance(removed, AlertBook)
            book = removed
        for at in sights:
            book, _ = judged(book, at, 1.0)
    assert given_out == sorted(set(given_out))


@given(CONDITIONS, SIGHTS)
def test_what_is_not_known_changes_nothing(condition: Condition, first: AlertView) -> None:
    added = AlertBook().add(condition, first, 0.0)
    if isinstance(added, Added):
        assert judged(added.book, BLIND, 1.0) == (added.book, ())


@given(ANY, ANY, ANY, ANY, st.text(max_size=40), st.integers(), SIGHTS, DIRECTIONS)
def test_no_number_or_name_makes_it_fall_over(
    price: Decimal,
    points: Decimal,
    amount: Decimal,
    percent: Decimal,
    name: str,
    ticket: int,
    at: AlertView,
    direction: Direction,
) -> None:
    rise = PriceAlert("EURUSD", direction, price)
    for condition in (
        rise,
        replace(rise, symbol=name, price=Decimal(1)),
        SpreadAlert("EURUSD", direction, points),
        ProfitAlert(ticket, name, direction, amount, name),
        MarginLevelAlert(direction, percent),
    ):
        added = AlertBook().add(condition, at, 0.0)
        if isinstance(added, NoAlert):
            assert added.sentence.endswith(".")
            assert added.sentence.isprintable()
        else:
            judged(added.book, at, 1.0)
