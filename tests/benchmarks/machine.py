"""What machine this is, and what a process has used so far (Linux's /proc). Measures nothing by itself."""

import contextlib
import os
import platform
from importlib.metadata import version
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")


def machine_line() -> str:
    """The machine in one line, for the table's head."""
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores of {names[0] if names else platform.machine()}, "
        f"Python {platform.python_version()}, Textual {version('textual')}, load {load:.1f} at the start"
    )


def processor_seconds(pid: int) -> float:
    """User and system time of a process with all its threads that live, exact to the nanosecond: the ticks of
    `/proc/PID/stat` are 10 ms, a tenth of what the floor takes in a window."""
    used = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # a thread that has just ended
            used += int((task / "schedstat").read_text(encoding="ascii").split()[0])
    if not used:  # else a kernel that does not count it would make the program look free
        raise RuntimeError("This kernel tells no thread's processor time (/proc/PID/task/*/schedstat).")
    return used / 1e9


def resident_mb(pid: int) -> float:
    """Resident memory in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * _PAGE / 1e6
