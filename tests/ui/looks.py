"""How long a test's trader looks at what came up before the key that answers it."""

from xbtfx_tui.ui.keystrokes import RUN_OVER

A_LOOK = RUN_OVER + 0.5
"""Seconds in which no held key begins to repeat and a run of enters is over, and half a second to spare: on a
busy machine a key may wait for its turn, and counts as struck that much earlier."""
