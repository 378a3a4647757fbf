"""The soak itself, squeezed into half a minute: every part of it works, and nothing is found."""

import pytest

from tests.soak.run import Options, soak


@pytest.mark.long
@pytest.mark.timeout(300)
def test_half_a_minute_on_a_bad_line() -> None:
    said: list[str] = []
    report = soak(Options(seconds=22.0, seed=3, squeeze=0.15, pace=0.5, settling=150.0), said.append)
    assert report.faults == [], said
    assert [finding.row() for finding in report.findings if not finding.is_met] == []
    assert report.troubles >= 4
    assert report.looks >= 50
