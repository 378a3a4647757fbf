"""What the command line offers at the cursor, by examples."""

import pytest

from xbtfx_tui.commands.command_types import Close, OfSymbols, SymbolPattern
from xbtfx_tui.commands.completion import MOST, Completion, complete
from xbtfx_tui.commands.grammar import VERBS, Known, parse

ENTRY = ("limit=", "stop=", "until=", "group=", "slip=", "ticks=", "most=", "replaces=")
KNOWN = Known(("XAUUSD", "GBPUSD", "EURUSD", "EURGBP", "ALL", "US 500"), ("Majors", "Night shift"))
TICKETS = {184731: "buy 1.00 XAUUSD", 184729: "buy 0.10 EURUSD", 200001: "sell 0.20 GBPUSD"}


def offered(text: str, known: Known = KNOWN) -> list[str]:
    """What is offered at the bar in the text."""
    before, after = text.split("|")
    return [each.text for each in complete(before + after, len(before), known, lambda: TICKETS)]


def test_an_empty_line_offers_every_verb_in_the_grammars_order() -> None:
    assert offered("|") == [verb.name for verb in VERBS]


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("cl|", ["close", "closeby"]),
        ("CLOSEB|", ["closeby"]),
        ("xyz|", []),
        ("xyz |", []),
        ("margin |", []),
        ("buy |", []),
        ("buy x |", []),
        ("buy 0.10 eur|", ["EURGBP", "EURUSD"]),
        ("buy 0.10 usd|", ["EURUSD", "GBPUSD", "XAUUSD"]),
        ("buy 0.10 gbp|", ["GBPUSD", "EURGBP"]),
        ("buy 0.10 gold|", ["XAUUSD"]),
        ("buy 0.10 us|", ['"US 500"', "EURUSD", "GBPUSD", "XAUUSD"]),
        ('buy 0.10 "us 5|', ['"US 500"']),
        ("buy 0.10 EURUSD |", ["sl=", "tp=", "comment=", "cap=", *ENTRY]),
        ("buy 0.10 EURUSD t|", ["tp=", "ticks="]),
        ("buy 0.10 EURUSD sl=30p |", ["tp=", "comment=", "cap=", *ENTRY]),
        ("buy 0.10 EURUSD sl=|", []),
        ("buy 0.10 EURUSX sl=30p |", []),
        ("preset EURUSD 0.10 |", ["sl=", "tp="]),
        ("preset EURUSD |", ["off"]),
        ("sl 184729 |", ["off"]),
        ("sl 2|", ["200001"]),
        ("reverse |", ["184731", "184729", "200001"]),
        ("reverse gbp|", ["200001"]),
        ("closeby 184729 |", ["184731", "200001"]),
        ("close l|", ["losers", '"ALL"']),
        ("close all|", []),
        ("close ALL|", ["all"]),
        ('close "all|', ["all", '"ALL"']),
        ("close losers|", []),
        ("be 20p all|", []),
        ("alert margin|", []),
        ("close 1847|", ["184731", "184729"]),
        ("close eur|", ["EURGBP", "EURUSD", "184729"]),
        ("close 184729 |", ["half", "third", "quarter", "all"]),
        ("close losers h|", ["half"]),
        ("close losers EUR* |", ["half", "third", "quarter", "all"]),
        ("close profit |", [">", "<", ">=", "<="]),
        ("close profit>|", [">="]),
        ("close profit>=|", []),
        ("close profit>50 a|", ["all", '"ALL"', "XAUUSD"]),
        ("be 20p w|", ["winners"]),
        ("trail o|", ["off"]),
        ("pnl last_3|", ["last_3_days", "last_3_months"]),
        ("alert m|", ["margin"]),
        ("alert EURUSD |", [">", "<", "spread"]),
        ("alert 184729 |", ["profit"]),
        ("alert EURUSD spread |", [">"]),
        ("group |", ["Majors", '"Night shift"']),
        ("group n|", ['"Night shift"']),
        ("help clos|", ["close", "closeby"]),
    ],
)
def test_what_fits_at_the_cursor_is_offered(text: str, texts: list[str]) -> None:
    assert offered(text) == texts


def test_keywords_come_before_tickets_and_tickets_before_symbols() -> None:
    assert offered("close |")[:8] == [
        "all",
        "losers",
        "winners",
        "profit",
        "184731",
        "184729",
        "200001",
        '"ALL"',
    ]


def test_an_offer_has_words_and_the_place_that_it_takes() -> None:
    assert complete("close 20", 8, KNOWN, lambda: TICKETS) == (
        Completion("200001", 6, 8, "sell 0.20 GBPUSD"),
    )
    assert complete("buy 1 gol", 9, KNOWN, lambda: TICKETS) == (Completion("XAUUSD", 6, 9, "gold"),)
    assert complete("pnl tod", 7, KNOWN, lambda: TICKETS) == (
        Completion("today", 4, 7, "today by the server"),
    )


def test_a_word_that_the_cursor_is_in_is_replaced_as_a_whole() -> None:
    assert complete("close eurxxx half", 9, Known(("EURUSD",)), dict) == (
        Completion("EURUSD", 6, 12, "euro"),
    )


def test_what_stands_there_already_is_not_offered() -> None:
    assert offered("buy 0.10 EURUSD|") == []
    assert offered("close|") == ["closeby"]


def test_a_symbol_like_a_keyword_is_offered_so_that_it_is_read_as_a_symbol() -> None:
    assert '"ALL"' in offered("close al|")
    assert parse('close "ALL"', KNOWN) == Close(OfSymbols(SymbolPattern("ALL")))


def test_no_more_is_offered_than_one_can_look_through() -> None:
    many = Known(tuple(f"SYM{number:03}" for number in range(400)))
    assert offered("buy 0.10 |", many) == [f"SYM{number:03}" for number in range(MOST)]


def test_the_order_of_the_symbols_given_does_not_matter() -> None:
    assert offered("buy 0.10 |", Known(frozenset(KNOWN.symbols))) == offered("buy 0.10 |")


def test_names_that_no_command_can_hold_are_not_offered() -> None:
    assert offered("watch |", Known(("EUR\x1b[31m", "EURUSD", "", "X" * 100))) == ["EURUSD"]


def test_a_cursor_outside_the_text_is_taken_to_its_end() -> None:
    assert complete("clos", 99, KNOWN, dict) == complete("clos", 4, KNOWN, dict)
    assert complete("", -1, KNOWN, dict) == complete("", 0, KNOWN, dict)


def test_nothing_is_offered_behind_what_can_not_be_read() -> None:
    assert offered('close eur"usd |') == []
    assert offered("close " * 200_000 + "|") == []


def test_a_whole_keyword_is_completed_to_no_symbol_that_holds_it() -> None:
    known = Known(("DJIUSD", "XPDUSD", "ALLTHINGS"))
    assert offered("close al|", known) == ["all", "ALLTHINGS", "DJIUSD", "XPDUSD"]
    assert offered("close all|", known) == []
