"""What holds for every command and every text: print and parse agree, nothing fails, mistakes point right."""

from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from xbtfx_tui.commands import chart_command_types as charts
from xbtfx_tui.commands import command_types as c
from xbtfx_tui.commands.argument_types import RESERVED
from xbtfx_tui.commands.completion import MOST, complete
from xbtfx_tui.commands.grammar import VERBS, Known, Mistake, parse, print_command
from xbtfx_tui.commands.rule_types import ArmEntry, Disarm, ListRules
from xbtfx_tui.domain.candles import Timeframe
from xbtfx_tui.domain.deadlines import Until, UntilMoment, UntilTime, UntilToday, UntilWeekday
from xbtfx_tui.domain.indicators import IndicatorKind
from xbtfx_tui.domain.position_sizing import Lots, RiskMoney, RiskPercent
from xbtfx_tui.domain.positions import HistoryPeriod
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_input import AtPrice, InMoney, InPips, InRisk
from xbtfx_tui.domain.stop_rules import StopKind

SYMBOLS = (
    *(
        "EURUSD",
        "GBPUSD",
        "EURUSD.x",
        "eurusd",
        "ALL",
        "half",
        "Profit",
        "OFF",
        "700",
        "0.5",
        "US 500",
        "#AAPL",
    ),
    *(
        "S&P<500>",
        'A"B',
        "sl=30p",
        "$X",
        "-X",
        "+Y",
        "BTC*",
        "Wält",
        "margin",
        "buy",
        "D",
        "H4",
        "comment=",
        "NDX.cash",
    ),
)
KNOWN = Known(SYMBOLS, ("Majors", "Night shift", "all"), ("trade", "two words", "save"))
TICKETS = {184729: "buy 0.10 EURUSD", 7: "sell 1.00 GBPUSD"}


def numbers(places: int, most: str = "99999999") -> st.SearchStrategy[Decimal]:
    smallest = Decimal(1).scaleb(-places)
    return st.decimals(smallest, Decimal(most), places=places)


FIGURES = st.one_of(numbers(0), numbers(2), numbers(5), st.just(Decimal(".123456789012345")))
AMOUNTS = FIGURES | FIGURES.map(lambda figure: -figure) | st.just(Decimal(0))
WHOLE = st.integers(1, 10**18 - 1)
SYMBOL = st.sampled_from(SYMBOLS)
NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30).filter(
    lambda name: name.isprintable() and bool(name.strip())
)
GLOBS = st.sampled_from(["*", "EUR*", "???USD", "*.X", "EURUSD?X", "* *", "BTC*"])
PATTERN = st.builds(c.SymbolPattern, SYMBOL.filter(lambda name: "*" not in name) | GLOBS)
MAYBE_PATTERN = st.none() | PATTERN
SIZE = st.one_of(
    st.builds(Lots, FIGURES), st.builds(RiskMoney, FIGURES), st.builds(RiskPercent, numbers(2, "100"))
)
STOP = st.one_of(*(st.builds(form, FIGURES) for form in (AtPrice, InPips, InMoney, InRisk)))
MAYBE_STOP = st.none() | STOP
TARGET: st.SearchStrategy[c.Target] = st.one_of(
    st.builds(c.OneTicket, WHOLE),
    st.builds(c.AllPositions),
    st.builds(c.Losers, MAYBE_PATTERN),
    st.builds(c.Winners, MAYBE_PATTERN),
    st.builds(c.OfSymbols, PATTERN),
    st.builds(c.ByProfit, st.sampled_from(c.Comparison), AMOUNTS, MAYBE_PATTERN),
)
PART: st.SearchStrategy[c.Part] = (
    st.sampled_from(c.Share)
    | st.builds(c.PercentOf, st.sampled_from(["12.5", "33", "99"]).map(Decimal))
    | st.builds(Lots, FIGURES)
)
UNTIL: st.SearchStrategy[Until] = st.one_of(
    st.builds(UntilToday),
    st.builds(UntilWeekday, st.integers(0, 6)),
    st.builds(UntilTime, st.integers(0, 23), st.integers(0, 59)),
    st.builds(UntilMoment, st.integers(0, 4_000_000_000 // 60).map(lambda minute: minute * 60)),
)


def is_no_market_order(command: ArmEntry) -> bool:
    """Without anything that belongs to waiting, the line is a market order's."""
    waits = (command.limit, command.stop, command.slip, command.until, command.group, command.ticks)
    return any(one is not None for one in (*waits, command.most, command.replaces))


PASSED = st.sampled_from([c.Comparison.ABOVE, c.Comparison.BELOW])
LAYOUT = st.sampled_from(list(KNOWN.layouts)) | NAMES.filter(str.isupper)
COMMANDS: st.SearchStrategy[c.Command] = st.one_of(
    st.builds(c.Open, st.sampled_from(Side), SIZE, SYMBOL, MAYBE_STOP, MAYBE_STOP, st.none() | NAMES),
    st.builds(
        ArmEntry,
        st.sampled_from(Side),
        SIZE,
        SYMBOL,
        st.none() | FIGURES,
        st.none() | FIGURES,
        MAYBE_STOP,
        MAYBE_STOP,
        st.none() | NAMES,
        st.none() | FIGURES,
        st.none() | st.builds(AtPrice, FIGURES) | st.builds(InPips, FIGURES),
        st.none() | UNTIL,
        st.none() | st.sampled_from(["a", "oco7"]),
        st.none() | st.integers(1, 5),
        st.none() | FIGURES,
        st.none() | WHOLE,
    ).filter(is_no_market_order),
    st.builds(Disarm, WHOLE),
    st.builds(ListRules),
    st.builds(c.Close, TARGET, PART),
    st.builds(c.Reverse, WHOLE),
    st.builds(c.CloseBy, WHOLE, WHOLE),
    st.builds(c.BreakevenFrom, FIGURES, TARGET),
    st.builds(c.Breakeven, WHOLE),
    st.builds(c.Trail, FIGURES, TARGET),
    st.builds(c.TrailOff, TARGET),
    st.builds(c.SetStop, st.sampled_from(StopKind), WHOLE, STOP),
    st.builds(c.RemoveStop, st.sampled_from(StopKind), WHOLE),
    st.builds(c.ShowProfit, st.sampled_from(HistoryPeriod)),
    st.sampled_from(
        [c.ShowMargin(), c.ShowExposure(), c.ListGroups(), c.ListLayouts(), c.ListAlerts(), c.AlertOnFeed()]
    ),
    st.sampled_from([c.Lock(), c.Unlock(), c.Help()]),
    st.builds(c.Watch, SYMBOL),
    st.builds(c.Unwatch, SYMBOL),
    st.builds(c.SwitchGroup, st.sampled_from(list(KNOWN.groups)) | NAMES.filter(str.isupper)),
    st.builds(c.ShowLayout, LAYOUT),
    st.builds(charts.ShowChart, SYMBOL, st.none() | st.sampled_from(Timeframe)),
    st.builds(charts.ShowChartAt, st.integers(1, 4), SYMBOL, st.none() | st.sampled_from(Timeframe)),
    st.builds(charts.SetTimeframe, st.sampled_from(Timeframe)),
    st.builds(charts.ShowIndicator, st.sampled_from(IndicatorKind), st.none() | st.integers(1, 999)),
    st.builds(charts.HideIndicator, st.sampled_from(IndicatorKind), st.none() | st.integers(1, 999)),
    st.builds(c.SaveLayout, LAYOUT),
    st.builds(c.RenameLayout, LAYOUT, LAYOUT),
    st.builds(c.RemoveLayout, LAYOUT),
    st.builds(c.AlertOnPrice, SYMBOL, PASSED, FIGURES),
    st.builds(c.AlertOnSpread, SYMBOL, FIGURES),
    st.builds(c.AlertOnProfit, WHOLE, PASSED, AMOUNTS),
    st.builds(c.AlertOnMargin, PASSED, FIGURES),
    st.builds(c.RemoveAlert, WHOLE),
    st.builds(c.SetPreset, SYMBOL, SIZE, MAYBE_STOP, MAYBE_STOP),
    st.builds(c.ClearPreset, SYMBOL),
    st.builds(c.Help, st.sampled_from([verb.name for verb in VERBS])),
)

# Texts that come far into the grammar: its own words and others, with and without blanks between.
WORDS = st.sampled_from(
    [
        *(verb.name for verb in VERBS),
        *sorted(RESERVED),
        *("EURUSD", "eurusd", "EUR*", '"US 500"', "700", "184729", "0.10", "1%", "50$", "30p", "2r", "-20"),
        *(
            "sl=",
            "tp=",
            "sl=30p",
            "tp=2r",
            "comment=",
            'comment="a b"',
            ">",
            "<",
            ">=",
            "<=",
            "=",
            '"',
            "٣",
            "\x00",
        ),
        *("9" * 30, "\ud800", "last_week", "Majors"),
    ]
)
LIKELY_TEXTS = st.lists(st.tuples(WORDS, st.sampled_from(["", " ", "  ", "\t"])), max_size=9).map(
    lambda pairs: "".join(word + blank for word, blank in pairs)
)
TEXTS = st.text() | LIKELY_TEXTS | st.builds(print_command, COMMANDS)
KNOWNS = st.sampled_from([KNOWN, Known(), Known(("EURUSD",))])


@given(COMMANDS)
def test_a_printed_command_is_parsed_to_the_same_again(command: c.Command) -> None:
    text = print_command(command)
    assert parse(text, KNOWN) == command
    assert print_command(command) == text


@given(COMMANDS, st.data())
def test_neither_case_nor_blanks_change_what_keywords_mean(command: c.Command, data: st.DataObject) -> None:
    text = print_command(command)
    assume('"' not in text)
    blanks = data.draw(st.sampled_from(["  ", "\t", " \n "]))
    verb, _, rest = text.partition(" ")
    assert parse(f" {verb.upper()} {rest} ".replace(" ", blanks), KNOWN) == command


@given(TEXTS, KNOWNS)
def test_any_text_is_a_command_or_a_mistake_that_points_into_it(text: str, known: Known) -> None:
    found = parse(text, known)
    if isinstance(found, Mistake):
        assert 0 <= found.start <= found.end <= len(text)
        assert found.start < found.end or found.end == len(text)
        assert found.sentence.endswith((".", "?"))
        assert found.sentence.isprintable()
        assert not isinstance(parse(found.example, Known()), Mistake)
    else:
        assert parse(print_command(found), known) == found


@given(TEXTS, st.integers(-1, 80), KNOWNS)
def test_completing_never_fails_and_what_it_offers_fits(text: str, cursor: int, known: Known) -> None:
    offers = complete(text, cursor, known, lambda: TICKETS)
    assert offers == complete(text, cursor, known, lambda: TICKETS)
    assert len(offers) <= MOST
    assert len({offer.text for offer in offers}) == len(offers)
    for offer in offers:
        assert 0 <= offer.start <= offer.end <= len(text)
        before = text[: offer.start] + offer.text
        found = parse(before, known)
        if not isinstance(found, Mistake):
            continue
        # An option waits for its value; anything else is read, and at most more words are wanted.
        is_option = offer.text.endswith("=") and found.start == offer.start and found.end == len(before)
        assert is_option or found.start == len(before), (before, found)
