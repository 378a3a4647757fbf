"""Random whole runs on a netting account: no false word, nothing lost or made up.

A few of them in the usual run. In the long one fifteen, or NET_WALKS=N, from the seed NET_WALKS_FROM on.
"""

import gc
import os

import pytest

from tests.matrix.net_walk import walk

WALKS = int(os.environ.get("NET_WALKS", "15"))
FIRST = int(os.environ.get("NET_WALKS_FROM", "20"))
_USUAL = 3


@pytest.mark.parametrize(
    "seed",
    [pytest.param(FIRST + number, marks=[pytest.mark.long] * (number >= _USUAL)) for number in range(WALKS)],
)
def test_whatever_goes_on_at_once_on_a_netting_account_only_what_is_so_is_told(seed: int) -> None:
    gc.collect()
    assert walk(seed) == []
