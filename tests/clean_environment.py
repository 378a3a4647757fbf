"""The environment of a program under test: the same wherever tests run, and nothing of the tester's own."""

import os
from pathlib import Path

_OF_THE_MACHINE = ("PATH", "TMPDIR", "LD_LIBRARY_PATH")


def clean_environment(home: Path, **more: str) -> dict[str, str]:
    """A home, a UTF-8 locale that every Debian has, and a terminal of 256 colours outside of tmux; what is
    given by name goes before these."""
    kept = {name: os.environ[name] for name in _OF_THE_MACHINE if name in os.environ}
    return {**kept, "HOME": str(home), "LANG": "C.UTF-8", "TERM": "xterm-256color", **more}
