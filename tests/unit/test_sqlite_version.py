"""Which SQLite can corrupt a WAL file with several writers: the versions that brought and mended it."""

import pytest

from xbtfx_tui.cli_commands.connection_checks import Standing, storage
from xbtfx_tui.disk.sqlite_version import Version, can_corrupt_shared_logs


@pytest.mark.parametrize(
    ("version", "can"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), True),
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 0), True),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 52, 0), False),
        ((4, 0, 0), False),
    ],
)
def test_the_versions_with_the_fault(version: Version, can: bool) -> None:
    assert can_corrupt_shared_logs(version) is can
    found = storage(version)
    assert found.standing is Standing.GOOD
    assert ("can corrupt a WAL file" in found.words) is can
    assert found.words.startswith(f"SQLite {'.'.join(map(str, version))} keeps the order journals")
