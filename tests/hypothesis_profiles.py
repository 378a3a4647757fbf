"""With how many examples a property is tried: with all of them in the long run, else with a part."""

from hypothesis import HealthCheck, settings

USUAL, LONG = "usual", "long"
_EXAMPLES = {USUAL: 25, LONG: 100}
"""Of a property that asks for no number of its own."""


def load_profile(name: str) -> None:
    """Before the modules of the tests are imported: these ask `examples`. How long an example takes is no
    rule of the program's: the machine may be busy."""
    for known, count in _EXAMPLES.items():
        settings.register_profile(
            known, max_examples=count, deadline=None, suppress_health_check=[HealthCheck.too_slow]
        )
    settings.load_profile(name)


def examples(in_the_long_run: int) -> int:
    """As many as that in the long run, and the same part of them as of any other in the usual one."""
    return max(1, in_the_long_run * settings().max_examples // _EXAMPLES[LONG])
