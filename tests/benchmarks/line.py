"""What the terminal sends over the line and how much processor it takes, in a PTY on the paper exchange.

    .venv/bin/python -m tests.benchmarks.line [--seconds 20] [--size 120x34] [-- OPTIONS OF xbtfx-tui]

It starts `xbtfx-tui --paper --seed 7`, lets it settle for five seconds, counts for the given time and quits.
"""

import argparse
import fcntl
import os
import pty
import select
import struct
import sys
import tempfile
import termios
import time
from pathlib import Path

SETTLING = 5.0


def main() -> None:
    """Read the command line, measure, print one line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--size", default="120x34", help="columns x lines")
    parser.add_argument("options", nargs="*", help="more options for xbtfx-tui, after --")
    given = parser.parse_args()
    columns, lines = map(int, given.size.split("x"))
    with tempfile.TemporaryDirectory() as home:
        sent, processor = measured(columns, lines, given.seconds, given.options, Path(home))
    sys.stdout.write(
        f"{given.size}: {sent / given.seconds / 1000:.1f} KB/s to the terminal, "
        f"{100 * processor / given.seconds:.1f} % of a core\n"
    )


def measured(columns: int, lines: int, seconds: float, options: list[str], home: Path) -> tuple[int, float]:
    """Bytes to the terminal and seconds of processor (without the exchange's), after settling."""
    child, terminal = pty.fork()
    if child == 0:
        environment = {
            "HOME": str(home),
            "PATH": os.environ.get("PATH", ""),
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
        }
        program = [sys.executable, "-m", "xbtfx_tui", "--paper", "--seed", "7", *options]
        os.execve(program[0], program, environment)  # noqa: S606 (our own program)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    read_for(terminal, SETTLING)
    before = processor_seconds(child)
    sent = read_for(terminal, seconds)
    after = processor_seconds(child)
    os.write(terminal, b"q")
    read_for(terminal, 5.0)
    os.close(terminal)
    os.waitpid(child, 0)
    return sent, after - before


def read_for(terminal: int, seconds: float) -> int:
    """Take what comes for so long, or until the end; how many bytes it was."""
    sent = 0
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if select.select([terminal], [], [], left)[0]:
            try:
                data = os.read(terminal, 65_536)
            except OSError:
                break
            if not data:
                break
            sent += len(data)
    return sent


def processor_seconds(process: int) -> float:
    """User and system time of a process so far (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
