"""Makes claims of the groups that a pattern found in a sentence. Which patterns there are is the reader's."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from tests.matrix.claims import (
    Claim,
    Closed,
    ClosedBy,
    EndedBy,
    Gone,
    Held,
    HeldAs,
    NotDone,
    NotHeld,
    NothingOpened,
    NotOurs,
    Opened,
    OpenedAfterKill,
    Reversed,
    Stops,
    UnreadableError,
    Was,
)
from tests.matrix.fate_reader import fate_claims
from xbtfx_tui.domain.sides import Side

Match: TypeAlias = re.Match[str]


@dataclass(slots=True)
class Reading:
    """Where the reader stands: the words of the order the text is about, and the ticket it spoke of last."""

    words: str
    ticket: int | None = None
    claims: list[Claim] = field(default_factory=list)


def figure_in(match: Match, name: str) -> Decimal | None:
    text = match.groupdict().get(name)
    return None if text is None else Decimal(text)


def whole_in(match: Match, name: str) -> int | None:
    text = match.groupdict().get(name)
    return None if text is None else int(text)


def tickets_in(match: Match) -> tuple[int, ...]:
    return tuple(int(one) for one in match["tickets"].split(", "))


def opened(match: Match, reading: Reading) -> None:
    side = Side.BUY if match["verb"] == "Bought" else Side.SELL
    reading.ticket = whole_in(match, "ticket")
    price = figure_in(match, "price")
    reading.claims.append(Opened(side, Decimal(match["volume"]), match["symbol"], price, reading.ticket))


def closed(match: Match, reading: Reading) -> None:
    reading.ticket = whole_in(match, "ticket")
    made = match.groupdict().get("profit")
    claim = Closed(
        reading.ticket,
        figure_in(match, "volume"),
        match.groupdict().get("symbol"),
        figure_in(match, "price"),
        None if made is None else amount(made),
    )
    reading.claims.append(claim)


def reversed_other_way(match: Match, reading: Reading) -> None:
    reading.ticket = whole_in(match, "opened")
    volume, price = Decimal(match["volume"]), figure_in(match, "price")
    made = match["made"] or match["old"]
    claim = Reversed(
        int(match["ticket"]),
        Side(match["side"]),
        volume,
        price,
        reading.ticket,
        figure_in(match, "closed"),
        None if made is None else amount(made),
    )
    reading.claims.append(claim)


def without_stops(match: Match, reading: Reading) -> None:
    if reading.ticket is None:
        raise UnreadableError(match[0])
    reading.claims.append(Stops(reading.ticket, (("sl", None), ("tp", None))))


def modified(match: Match, reading: Reading) -> None:
    reading.ticket = int(match["ticket"])
    prices = []
    for change in match["changes"].split(", "):
        first, _, second = change.partition(" ")
        prices.append((second, None) if first == "no" else (first, Decimal(second)))
    reading.claims.append(Stops(reading.ticket, tuple(prices)))


def stop(match: Match, reading: Reading) -> None:
    if reading.ticket is not None:
        price = match.groupdict().get("price")
        stands = None if price in (None, "none") else Decimal(price)
        reading.claims.append(Stops(reading.ticket, ((match["name"], stands),)))


def closed_before(match: Match, reading: Reading) -> None:
    reading.claims += [Gone(ticket, None, False) for ticket in tickets_in(match)]


def changed(match: Match, reading: Reading) -> None:
    reading.ticket = int(match["ticket"])


def claim(make: Callable[[Match, Reading], Claim]) -> Callable[[Match, Reading], None]:
    return lambda match, reading: reading.claims.append(make(match, reading))


def nothing(match: Match, reading: Reading) -> None:
    pass


def amount(money: str) -> Decimal:
    """The amount of `+1,012.40 USD`."""
    return Decimal(money.split()[0].replace(",", ""))


def gone(match: Match, reading: Reading) -> None:
    profit = match.groupdict().get("profit")
    made = None if profit is None else amount(profit)
    figures = figure_in(match, "volume"), figure_in(match, "price")
    reading.claims.append(Gone(int(match["ticket"]), made, "history has" in match[0], *figures))
    if match.groupdict().get("how"):
        reading.claims.append(EndedBy(int(match["ticket"]), match["stop"]))


def closed_by(match: Match, reading: Reading) -> None:
    made = match["profit"]
    profit = None if made is None else amount(made)
    reading.claims.append(
        ClosedBy(int(match["ticket"]), int(match["by"]), figure_in(match, "volume"), profit)
    )


def not_closed(match: Match, reading: Reading) -> None:
    """Not by this order, nor by any other: it is held."""
    reading.claims.append(NotDone(reading.words))
    if tickets := re.findall(r"ticket (\d+)", reading.words):
        reading.claims.append(Held(tuple(map(int, tickets))))


def left_nothing(match: Match, reading: Reading) -> None:
    if reading.ticket is None:
        raise UnreadableError(match[0])
    reading.claims.append(Gone(reading.ticket))


def gone_somehow(match: Match, reading: Reading) -> None:
    reading.claims += [Gone(int(ticket)) for ticket in match["tickets"].split(" and ")]


def all_gone(match: Match, reading: Reading) -> None:
    named = tickets_in(match)
    if f"Closed {len(named)} position" not in match[0] and " more." not in match[0]:
        raise UnreadableError(match[0])
    reading.claims += [Gone(ticket, None, has_deal=True) for ticket in named]


def told_in_vain(match: Match, reading: Reading) -> None:
    reading.claims += [NotHeld(int(match["ticket"])), NotOurs(int(match["ticket"]))]


def closed_again(match: Match, reading: Reading) -> None:
    if reading.ticket is None:
        raise UnreadableError(match[0])
    reading.claims.append(Gone(reading.ticket))


def half_reversed(match: Match, reading: Reading) -> None:
    made = match.groupdict().get("profit")
    profit = None if made is None else amount(made)
    figures = Decimal(match["volume"]), match["symbol"], figure_in(match, "price"), profit
    reading.claims += [
        Closed(int(match["ticket"]), *figures),
        NothingOpened(int(match["ticket"])),
    ]


def half_done(match: Match, reading: Reading) -> None:
    reading.claims += [Gone(int(match["ticket"])), NothingOpened(int(match["ticket"]))]


def was(match: Match, reading: Reading) -> Was:
    return Was(int(match["ticket"]), Side(match["side"]), Decimal(match["volume"]), Decimal(match["price"]))


def after_kill(match: Match, reading: Reading) -> None:
    """It is held just so; and by the one of the two sentences it was opened after the press."""
    ticket = int(match["ticket"])
    reading.claims.append(HeldAs(ticket, Side(match["side"]), Decimal(match["volume"])))
    if match["after"].startswith("OPENED"):
        reading.claims.append(OpenedAfterKill(ticket))


def fates(match: Match, reading: Reading) -> None:
    for fate in match["fates"].split("; "):
        words, _, what = fate.rpartition(": ")
        reading.claims += fate_claims(words, what)
