"""Style sheets are parsed once for all the terminals that these tests start, and not once for each.

That was a third of what a test's start took of the processor. Rules are only read once they are parsed.
"""

from collections.abc import Iterator

import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.css.types import CSSLocation

_parse_rules = Stylesheet._parse_rules
_parsed: dict[tuple[object, ...], list[RuleSet]] = {}


def _parse_once(
    sheet: Stylesheet,
    css: str,
    read_from: CSSLocation,
    is_default_rules: bool = False,
    tie_breaker: int = 0,
    scope: str = "",
) -> list[RuleSet]:
    given = css, read_from, is_default_rules, tie_breaker, scope
    key = *given, tuple(sheet._variables.items())
    if key not in _parsed:
        _parsed[key] = _parse_rules(sheet, *given)
    return _parsed[key]


@pytest.fixture(scope="session", autouse=True)
def style_sheets_are_parsed_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", _parse_once)
        yield
