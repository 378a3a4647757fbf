"""Recorded ticks come through the socket as they are in the file, in its order and at its pace."""

import csv
import json
from decimal import Decimal
from pathlib import Path

from tests.integration.exchange_client import ExchangeFactory
from xbtfx_tui.paper.service.rate_limits import ServerLimits, StreamLimits

TICKS = """time_ms,bid,ask
1577836800000,1.12100,1.12112
1577836800300,1.12101,1.12113
1577836801000,1.12099,1.12115
1577836803000,1.12120,1.12121
1577836804000,1.12000,1.12009
"""


async def test_a_replayed_symbol_quotes_the_files_prices_in_order(
    exchange_factory: ExchangeFactory, tmp_path: Path
) -> None:
    file = tmp_path / "eurusd.csv"
    file.write_text(TICKS)
    rows = [(Decimal(row["bid"]), Decimal(row["ask"])) for row in csv.DictReader(TICKS.splitlines())]
    exchange = await exchange_factory(
        replay={"EURUSD": file}, speed=10.0, limits=ServerLimits(stream=StreamLimits(update_gap=0.0))
    )
    async with exchange.stream() as stream:
        await stream.signs_in()
        await stream.watches("EURUSD")
        seen: list[tuple[Decimal, Decimal]] = []
        while len(seen) < 2 * len(rows) + 1:
            frame = json.loads(await stream.socket.recv(), parse_float=Decimal)
            pair = frame["bid"], frame["ask"]
            if not seen or pair != seen[-1]:
                seen.append(pair)
    start = rows.index(seen[0])
    around = rows[start:] + rows * 3
    assert seen == around[: len(seen)]
