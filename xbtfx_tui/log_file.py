"""The log file: rotating, readable by its owner alone, without a key in it. Never writes to the screen.

Redaction happens on the finished text, so that a key in a message, an argument or a traceback is cut alike.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from time import gmtime

from xbtfx_tui.config.file_paths import StateDir
from xbtfx_tui.disk.private_files import open_private
from xbtfx_tui.domain.api_key import redact

MOST_BYTES = 1_000_000
OLD_FILES = 3

_QUIET = ("httpx", "httpcore", "websockets")
"""Loggers that tell every request or frame below WARNING."""


class RedactingFormatter(logging.Formatter):
    """Time in UTC, level, logger and text, with every key cut to its prefix."""

    converter = staticmethod(gmtime)
    default_msec_format = "%s.%03dZ"

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


class PrivateRotatingFile(RotatingFileHandler):
    """A rotating file, mode 0600 from its first byte, that is silent where it can't be written."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=MOST_BYTES, backupCount=OLD_FILES, encoding="utf-8", errors="replace")
        self.setFormatter(RedactingFormatter())

    def _open(self) -> TextIOWrapper:
        descriptor = open_private(Path(self.baseFilename), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        return TextIOWrapper(os.fdopen(descriptor, "ab"), encoding=self.encoding, errors=self.errors)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Drop the record: logging's default prints it, arguments and all, over the screen."""


@contextmanager
def logging_to(state: StateDir) -> Iterator[None]:
    """Send what is logged to the state directory's log file while the block runs. Raises OSError."""
    state.create()
    handler = PrivateRotatingFile(state.log)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        handler.close()
