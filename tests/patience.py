"""How long a test waits for what it waits for."""

PATIENCE = 60.0
"""Seconds after which what has not come will not come, however busy the machine is. Where all is well nobody
waits so long: it is a condition that is waited for."""
