"""Tells systemd how a service is (sd_notify(3)), over the plain socket that it names. Silent without one."""

import socket
from collections.abc import Mapping
from contextlib import suppress

READY, ALIVE, STOPPING = "READY=1", "WATCHDOG=1", "STOPPING=1"
_VARIABLE = "NOTIFY_SOCKET"


class ServiceManager:
    """Where NOTIFY_SOCKET leads; a path, or with `@` first a name without a file."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        address = environ.get(_VARIABLE, "")
        self._address = "\0" + address[1:] if address.startswith("@") else address

    def tell(self, *states: str, status: str | None = None) -> None:
        """Tell states and a line for `systemctl status`; never waits, and nobody depends on it."""
        if not self._address:
            return
        lines = [*states, *([] if status is None else [f"STATUS={status}"])]
        with (
            suppress(OSError),
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line,
        ):
            line.setblocking(False)
            line.sendto("\n".join(lines).encode(), self._address)
