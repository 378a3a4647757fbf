"""With how many examples a property is tried, and which: all of them in the long run, else a part of them.

The examples are the same in every run, so that a red test is red again for whoever looks at it, and a green
commit does not go red by itself. NEW_EXAMPLES=1 draws others at each run (`make search`).
"""

import os

from hypothesis import HealthCheck, settings

USUAL, LONG = "usual", "long"
_EXAMPLES = {USUAL: 25, LONG: 100}
"""Of a property that asks for no number of its own."""


def load_profile(name: str) -> None:
    """Before the modules of the tests are imported: these ask `examples`. How long an example takes is no
    rule of the program's: the machine may be busy."""
    for known, count in _EXAMPLES.items():
        settings.register_profile(
            known,
            max_examples=count,
            deadline=None,
            derandomize="NEW_EXAMPLES" not in os.environ,
            suppress_health_check=[HealthCheck.too_slow],
        )
    settings.load_profile(name)


def examples(in_the_long_run: int) -> int:
    """As many as that in the long run, and the same part of them as of any other in the usual one."""
    return max(1, in_the_long_run * settings().max_examples // _EXAMPLES[LONG])
