"""The command line's grammar by examples: every verb, and every mistake with the word that it points at."""

from decimal import Decimal

import pytest

from xbtfx_tui.commands.argument_types import RESERVED
from xbtfx_tui.commands.command_types import (
    AlertOnFeed,
    AlertOnMargin,
    AlertOnPrice,
    AlertOnProfit,
    AlertOnSpread,
    AllPositions,
    Breakeven,
    BreakevenFrom,
    ByProfit,
    ClearPreset,
    Close,
    CloseBy,
    Command,
    Comparison,
    Help,
    ListAlerts,
    ListGroups,
    Lock,
    Losers,
    OfSymbols,
    OneTicket,
    Open,
    RemoveAlert,
    RemoveStop,
    Reverse,
    SetPreset,
    SetStop,
    Share,
    ShowExposure,
    ShowMargin,
    ShowProfit,
    SwitchGroup,
    SymbolPattern,
    Trail,
    TrailOff,
    Unlock,
    Unwatch,
    Watch,
    Winners,
)
from xbtfx_tui.commands.grammar import VERBS, Known, Mistake, Verb, parse, print_command, verb_help
from xbtfx_tui.commands.verb_forms import Keyword, OneOf, VerbForm
from xbtfx_tui.domain.position_sizing import Lots, RiskMoney, RiskPercent
from xbtfx_tui.domain.positions import HistoryPeriod
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_input import AtPrice, InMoney, InPips, InRisk
from xbtfx_tui.domain.stop_rules import StopKind

KNOWN = Known(
    ("EURUSD", "GBPUSD", "EURGBP", "XAUUSD", "BTCUSD", "GBPJPY", "NDX.cash", "ALL", "700", "US 500"),
    ("Majors", "Night shift"),
)
EURO = SymbolPattern("EUR*")


def d(text: str) -> Decimal:
    return Decimal(text)


COMMANDS: dict[str, Command] = {
    "buy 0.10 EURUSD sl=30p tp=2r": Open(
        Side.BUY, Lots(d("0.10")), "EURUSD", InPips(d("30")), InRisk(d("2"))
    ),
    "sell 1% XAUUSD sl=2345": Open(Side.SELL, RiskPercent(d("1")), "XAUUSD", AtPrice(d("2345"))),
    "buy 50$ EURUSD sl=30p": Open(Side.BUY, RiskMoney(d("50")), "EURUSD", InPips(d("30"))),
    "buy 2 EURUSD tp=80$ sl=50$": Open(Side.BUY, Lots(d("2")), "EURUSD", InMoney(d("50")), InMoney(d("80"))),
    "buy 0.1 EURUSD comment=news": Open(Side.BUY, Lots(d("0.1")), "EURUSD", comment="news"),
    'buy 0.1 EURUSD comment="after ""the"" news > 3" sl=30p': Open(
        Side.BUY, Lots(d("0.1")), "EURUSD", InPips(d("30")), comment='after "the" news > 3'
    ),
    'sell 0.1 "us 500"': Open(Side.SELL, Lots(d("0.1")), "US 500"),
    "close 184729": Close(OneTicket(184729)),
    "close 184729 half": Close(OneTicket(184729), Share.HALF),
    "close 184729 0.05": Close(OneTicket(184729), Lots(d("0.05"))),
    "close 184729 2": Close(OneTicket(184729), Lots(d("2"))),
    "close all": Close(AllPositions()),
    "close all third": Close(AllPositions(), Share.THIRD),
    "close losers": Close(Losers()),
    "close losers EUR*": Close(Losers(EURO)),
    "close losers eur* quarter": Close(Losers(EURO), Share.QUARTER),
    "close losers half": Close(Losers(), Share.HALF),
    "close winners ???jpy": Close(Winners(SymbolPattern("???JPY"))),
    "close EUR*": Close(OfSymbols(EURO)),
    "close eurusd": Close(OfSymbols(SymbolPattern("EURUSD"))),
    'close "ALL"': Close(OfSymbols(SymbolPattern("ALL"))),
    'close "700" 0.5': Close(OfSymbols(SymbolPattern("700")), Lots(d("0.5"))),
    "close profit>50": Close(ByProfit(Comparison.ABOVE, d("50"))),
    "close profit<-20": Close(ByProfit(Comparison.BELOW, d("-20"))),
    "close profit >= 50$": Close(ByProfit(Comparison.AT_LEAST, d("50"))),
    "close profit <=-0.5 EUR* half": Close(ByProfit(Comparison.AT_MOST, d("-0.5"), EURO), Share.HALF),
    "reverse 184729": Reverse(184729),
    "closeby 184729 184730": CloseBy(184729, 184730),
    "be 20p": BreakevenFrom(d("20")),
    "be 20p EUR*": BreakevenFrom(d("20"), OfSymbols(EURO)),
    "be 20p 184729": BreakevenFrom(d("20"), OneTicket(184729)),
    "be 184729": Breakeven(184729),
    "trail 15p": Trail(d("15")),
    "trail 15p 184729": Trail(d("15"), OneTicket(184729)),
    "trail 15p winners": Trail(d("15"), Winners()),
    "trail off": TrailOff(),
    "trail off EURUSD": TrailOff(OfSymbols(SymbolPattern("EURUSD"))),
    "sl 184729 1.0820": SetStop(StopKind.SL, 184729, AtPrice(d("1.0820"))),
    "sl 184729 off": RemoveStop(StopKind.SL, 184729),
    "tp 184729 2r": SetStop(StopKind.TP, 184729, InRisk(d("2"))),
    "tp 184729 off": RemoveStop(StopKind.TP, 184729),
    "pnl": ShowProfit(HistoryPeriod.TODAY),
    "pnl last_week": ShowProfit(HistoryPeriod.LAST_WEEK),
    "pnl all": ShowProfit(HistoryPeriod.ALL),
    "margin": ShowMargin(),
    "exposure": ShowExposure(),
    "watch GBPJPY": Watch("GBPJPY"),
    "unwatch gbpjpy": Unwatch("GBPJPY"),
    "group": ListGroups(),
    "group majors": SwitchGroup("Majors"),
    'group "night shift"': SwitchGroup("Night shift"),
    "group New": SwitchGroup("New"),
    "alert EURUSD > 1.0900": AlertOnPrice("EURUSD", Comparison.ABOVE, d("1.0900")),
    "alert EURUSD<1.07": AlertOnPrice("EURUSD", Comparison.BELOW, d("1.07")),
    "alert EURUSD spread > 20": AlertOnSpread("EURUSD", d("20")),
    "alert 184729 profit > 50": AlertOnProfit(184729, Comparison.ABOVE, d("50")),
    "alert 184729 profit < -20": AlertOnProfit(184729, Comparison.BELOW, d("-20")),
    "alert margin < 300%": AlertOnMargin(Comparison.BELOW, d("300")),
    "alert margin > 1000": AlertOnMargin(Comparison.ABOVE, d("1000")),
    "alert feed": AlertOnFeed(),
    "alert off 2": RemoveAlert(2),
    "alerts": ListAlerts(),
    "preset EURUSD 0.10 sl=30p tp=2r": SetPreset("EURUSD", Lots(d("0.10")), InPips(d("30")), InRisk(d("2"))),
    "preset EURUSD off": ClearPreset("EURUSD"),
    "lock": Lock(),
    "unlock": Unlock(),
    "help": Help(),
    "help CLOSE": Help("close"),
}


@pytest.mark.parametrize("text", COMMANDS)
def test_a_command_is_understood(text: str) -> None:
    assert parse(text, KNOWN) == COMMANDS[text]


@pytest.mark.parametrize("text", COMMANDS)
def test_a_command_is_printed_so_that_it_is_understood_again(text: str) -> None:
    assert parse(print_command(COMMANDS[text]), KNOWN) == COMMANDS[text]


def test_case_and_blanks_do_not_matter() -> None:
    assert parse("  CLOSE\tLosers   Eur*  HALF ", KNOWN) == Close(Losers(EURO), Share.HALF)
    assert parse("Buy 0.10 eurusd SL=30P", KNOWN) == parse("buy 0.10 EURUSD sl=30p", KNOWN)


@pytest.mark.parametrize(
    ("command", "text"),
    [
        (Close(OneTicket(184729)), "close 184729"),
        (Close(OfSymbols(SymbolPattern("ALL")), Share.HALF), 'close "ALL" half'),
        (Close(ByProfit(Comparison.BELOW, d("-20"))), "close profit < -20"),
        (
            Open(Side.BUY, Lots(d("0.10")), "EURUSD", comment="two words"),
            'buy 0.10 EURUSD comment="two words"',
        ),
        (BreakevenFrom(d("20")), "be 20p"),
        (ShowProfit(), "pnl"),
    ],
)
def test_a_command_is_printed_without_what_goes_without_saying(command: Command, text: str) -> None:
    assert print_command(command) == text


def test_the_symbol_is_the_servers_spelling_with_its_suffix() -> None:
    assert parse("watch ndx", KNOWN) == Watch("NDX.cash")
    assert parse("watch NDX.CASH", KNOWN) == Watch("NDX.cash")
    assert isinstance(parse("watch nd", KNOWN), Mistake)
    assert isinstance(parse("watch EUR", Known(("EURUSD",))), Mistake)
    assert parse("close ndx", KNOWN) == Close(OfSymbols(SymbolPattern("NDX.cash")))


def test_the_spelling_as_typed_goes_before_all_others() -> None:
    known = Known(("EURUSD", "eurusd", "EURUSD.x", "EURUSD.y"))
    assert parse("watch eurusd", known) == Watch("eurusd")
    assert isinstance(parse("watch EurUsd", known), Mistake)
    assert parse("watch eurusd", Known(("EURUSD", "EURUSD.x"))) == Watch("EURUSD")


def test_a_suffix_that_could_be_two_is_not_guessed() -> None:
    mistake = parse("watch EURUSD", Known(("EURUSD.x", "EURUSD.y")))
    assert isinstance(mistake, Mistake)
    assert "EURUSD.x" in mistake.sentence
    assert "EURUSD.y" in mistake.sentence


def test_any_symbol_is_taken_while_none_is_known() -> None:
    assert parse("watch gbpjpy", Known()) == Watch("GBPJPY")
    assert parse("close losers eur*", Known()) == Close(Losers(EURO))
    assert isinstance(parse("watch 1.5", Known()), Mistake)
    assert isinstance(parse("watch feed", Known()), Mistake)


@pytest.mark.parametrize(
    ("pattern", "symbol", "matches"),
    [
        ("EUR*", "EURUSD", True),
        ("eur*", "EURUSD.x", True),
        ("EUR*", "GBPEUR", False),
        ("*USD", "EURUSD", True),
        ("EUR?SD", "EURUSD", True),
        ("EUR?SD", "EURSD", False),
        ("EURUSD", "EURUSD.x", False),
        ("EUR[UX]SD", "EURUSD", False),
        ("A[1]", "A[1]", True),
    ],
)
def test_a_pattern_knows_stars_and_question_marks_alone(pattern: str, symbol: str, matches: bool) -> None:
    assert SymbolPattern(pattern).matches(symbol) is matches


@pytest.mark.parametrize(
    ("comparison", "figures"),
    [
        (Comparison.ABOVE, [False, False, True]),
        (Comparison.AT_LEAST, [False, True, True]),
        (Comparison.BELOW, [True, False, False]),
        (Comparison.AT_MOST, [True, True, False]),
    ],
)
def test_a_comparison_holds_a_figure_against_a_limit(comparison: Comparison, figures: list[bool]) -> None:
    assert [comparison.holds(d(figure), d("50")) for figure in ("49.99", "50", "50.01")] == figures


# Each text with the word that is wrong between bars, and what the sentence must say of it.
MISTAKES = {
    "||": "help",
    "|clsoe| 184729": "did you mean close",
    '|"close"| 184729': "is no verb",
    "|xyzzy| 184729": "help lists the verbs",
    "buy||": "a size like 0.10",
    "buy 0.10||": "a symbol like EURUSD",
    "buy |EURUSD| 0.10": "is no size",
    "buy |0| EURUSD": "nothing",
    "buy |-1| EURUSD": "is no size",
    "buy |1e5| EURUSD": "is no size",
    "buy |٣| EURUSD": "is no size",
    'buy |"0.10"| EURUSD': "a size like 0.10",
    "buy 0.10 |EURUSX|": "did you mean EURUSD",
    "buy 0.10 |gold|": "did you mean XAUUSD",
    "buy 0.10 |qqqq|": "is no symbol of this account.",
    "buy 0.10 |all|": 'type "ALL"',
    "buy 0.10 |sl=30p| EURUSD": "here comes a symbol",
    "buy 0.10 EURUSD |sl=|": "nothing behind it",
    "buy 0.10 EURUSD |sl=| 30p": "nothing behind it",
    'buy 0.10 EURUSD |comment=""|': "nothing behind it",
    "buy 0.10 EURUSD sl=|30x|": "is no stop",
    'buy 0.10 EURUSD sl=|"30p"|': "takes a stop",
    "buy 0.10 EURUSD sl=30p |SL=20p|": "twice",
    "buy 0.10 EURUSD stop=|30p|": "stop= takes a price like 1.0900",
    "buy 0.10 EURUSD |30p|": "sl=, tp=, comment=, cap=, limit=, stop=",
    "buy 0.10 EURUSD comment=two |words|": "sl=, tp=, cap=, limit=",
    'buy 0.10 EURUSD |comment="two|': "no end",
    "close||": "a ticket like 184729",
    "close |0.05|": "a ticket like 184729",
    "close |-5|": "a ticket like 184729",
    "close |99999999999999999999|": "a ticket like 184729",
    "close |lossers|": "did you mean losers",
    "close |EURX*|": "is no symbol of this account",
    "close |half|": "out of place",
    'close |eur"usd|': "no end",
    'close |eur"u"sd|': "Quotes go around a whole word",
    "close 184729 |hlaf|": "did you mean half",
    "close 184729 |0|": "lots like 0.05",
    "close 184729 half |0.05|": "too much",
    "close losers |foo|": "is no symbol of this account, nor half, third, quarter",
    "close profit||": "Still missing: >, <, >= or <=",
    "close profit |50|": ">, <, >= or <=",
    "close profit >||": "an amount like 50",
    "close profit > |x|": "an amount like 50",
    "close profit > |--5|": "an amount like 50",
    "closeby 184729||": "a ticket",
    "reverse |EURUSD|": "a ticket",
    "be |20x|": "pips like 20p",
    "trail 15||": "pips like 20p",
    "trail |0p|": "pips like 20p",
    "sl 184729||": "a stop like",
    "sl 184729 |1.08.2|": "is no stop",
    "tp |EURUSD| 2r": "a ticket",
    "pnl |last_weak|": "did you mean last_week",
    "margin |now|": "too much",
    "watch||": "a symbol",
    "alert||": "a symbol like EURUSD",
    "alert margin |300%|": "> or <",
    "alert margin < |x|": "a margin level like 300%",
    "alert EURUSD |>=| 1.09": "did you mean >",
    "alert EURUSD > |-1|": "a price like 1.0900",
    "alert EURUSD spread |<| 20": "here comes >",
    "alert 184729 |>| 50": "profit",
    "alert off |x|": "an alert's number",
    "preset EURUSD||": "a size like 0.10",
    "preset EURUSD 0.10 |comment=x|": "sl= or tp=",
    "help |bouy|": "did you mean buy",
    "close |\x1b[31m|": "can't be shown",
}


@pytest.mark.parametrize("marked", MISTAKES)
def test_a_mistake_points_at_the_word_and_says_what_is_right(marked: str) -> None:
    before, wrong, after = marked.split("|")
    mistake = parse(before + wrong + after, KNOWN)
    assert isinstance(mistake, Mistake)
    assert (mistake.start, mistake.end) == (len(before), len(before + wrong))
    assert MISTAKES[marked] in mistake.sentence
    assert mistake.sentence[-1] in ".?"
    assert not isinstance(parse(mistake.example, Known()), Mistake)


def test_missing_words_are_missed_at_the_end_of_the_text_as_typed() -> None:
    mistake = parse("buy 0.10  ", KNOWN)
    assert isinstance(mistake, Mistake)
    assert (mistake.start, mistake.end) == (10, 10)


@pytest.mark.parametrize(
    ("text", "example"),
    [
        ("close profit > x", "close profit>50"),
        ("alert margin 300%", "alert margin < 300%"),
        ("alert EURUSD spread 20", "alert EURUSD spread > 20"),
        ("trail off 3x", "trail off"),
        ("clsoe", "close 184729 half"),
    ],
)
def test_the_example_is_of_what_was_begun(text: str, example: str) -> None:
    mistake = parse(text, KNOWN)
    assert isinstance(mistake, Mistake)
    assert mistake.example == example


def test_a_text_of_a_megabyte_is_refused_at_once() -> None:
    for text in ("close " * 200_000, "9" * 1_000_000, '"' * 1_000_000, "\x1b" * 1_000_000):
        mistake = parse(text, KNOWN)
        assert isinstance(mistake, Mistake)
        assert (mistake.start, mistake.end) == (500, len(text))


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_verb_has_examples_that_hold_and_a_help(verb: Verb) -> None:
    for form in verb.forms:
        assert form.examples
    for example in verb.examples:
        command = parse(example, Known())
        assert not isinstance(command, Mistake), example
        assert parse(print_command(command), Known()) == command
    words = verb_help(verb.name.upper())
    assert words is not None
    assert verb.does in words
    assert all(usage in words for usage in verb.usage)


def test_the_usage_is_read_off_the_grammar() -> None:
    usage = {verb.name: verb.usage for verb in VERBS}
    assert usage["buy"][0] == "buy SIZE SYMBOL [sl=STOP] [tp=STOP] [comment=WORDS] [cap=POINTS]"
    assert usage["close"] == ("close TARGET [half|third|quarter|all|LOTS|PERCENT]",)
    assert usage["sl"] == ("sl TICKET STOP", "sl TICKET off")
    assert usage["trail"] == ("trail PIPS [TARGET]", "trail TARGET PIPS", "trail off [TARGET]")
    assert usage["pnl"] == ("pnl [PERIOD]",)


def test_no_verb_has_no_help() -> None:
    assert verb_help("clsoe") is None


def test_every_keyword_is_reserved_so_that_no_name_is_read_as_one() -> None:
    def keywords(form: VerbForm[object]) -> set[str]:
        found = set()
        for part in form.parts:
            match part:
                case Keyword(text=text):
                    found.add(text)
                case OneOf(forms=forms):
                    found |= {word for inner in forms for word in keywords(inner)}
                case _:
                    pass
        return found

    words = {word for verb in VERBS for form in verb.forms for word in keywords(form)}
    assert (words - {">"}) | {share.value for share in Share} <= RESERVED


def test_a_share_divides_a_position() -> None:
    assert [share.divisor for share in (Share.ALL, Share.HALF, Share.THIRD, Share.QUARTER)] == [1, 2, 3, 4]


def test_a_name_that_fits_two_by_case_is_none_of_them_and_no_third_with_a_suffix() -> None:
    known = Known({"EURUSD", "eurusd", "EURUSD.r"})
    assert [known.symbol(typed) for typed in ("EURUSD", "eurusd", "EurUsd")] == ["EURUSD", "eurusd", None]
