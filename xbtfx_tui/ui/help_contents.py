"""What the help and the guide tell: every key, the words of the top line, the verbs, and what there is not.

All of it is made of the tables that the program itself works by; nothing is bound or run here.
"""

from collections.abc import Iterator, Mapping, Sequence

from xbtfx_tui.commands.grammar import LACKED
from xbtfx_tui.commands.verbs import VERBS
from xbtfx_tui.ui.dialog_key_table import DIALOG_KEYS, FIXED_KEYS
from xbtfx_tui.ui.help_pages import HelpRow, HelpSection
from xbtfx_tui.ui.key_bindings import ACTIONS, HelpGroup, key_name
from xbtfx_tui.ui.pane_key_table import MOVES
from xbtfx_tui.ui.panes.status_line import TOP_LINE_WORDS

_NOT_SETTABLE = "-"
_COLUMNS = (
    HelpRow("day %", "Since the last bid before today; with ~ since today's first one"),
    HelpRow("start lo-hi", "Where the bid stands in its range since this terminal began: not the day's"),
    HelpRow("start lo, start hi", "The ends of that range: the lowest and the highest bid since the start"),
)


def help_sections(remapped: Mapping[str, str]) -> list[HelpSection]:
    """All of the help, by group; `remapped` are the config's keys by action."""
    return [
        *_key_sections(remapped),
        HelpSection("The top line", tuple(HelpRow(look, words) for look, words in TOP_LINE_WORDS)),
        HelpSection("Columns", _COLUMNS),
        HelpSection(
            "Command line",
            tuple(HelpRow(f":{verb.name}", "\n".join((*verb.usage, verb.does))) for verb in VERBS),
        ),
        HelpSection("What there is not", tuple(HelpRow(*row) for row in _lacked_rows())),
    ]


def _lacked_rows() -> Iterator[tuple[str, str]]:
    """What is lacked, those that are lacked for one reason together."""
    by_reason: dict[str, list[str]] = {}
    for word, (why, _) in LACKED.items():
        by_reason.setdefault(why, []).append(word)
    for why, words in by_reason.items():
        yield ", ".join(words), why


def _key_sections(remapped: Mapping[str, str]) -> list[HelpSection]:
    rows = {
        HelpGroup.MOVE: [(one, keys, words, "") for one, keys, words in MOVES],
        HelpGroup.DIALOGS: [
            *(("", keys, words, "") for keys, words in FIXED_KEYS),
            *((one.id, one.keys, one.told, "") for one in DIALOG_KEYS),
        ],
    }
    for one in ACTIONS:
        rows.setdefault(one.group, []).append((one.id, one.keys, one.words, one.label))
    return [
        HelpSection(
            group.value,
            tuple(
                HelpRow(key_name(remapped.get(action_id, keys)), words, label)
                for action_id, keys, words, label in rows[group]
            ),
        )
        for group in HelpGroup
    ]


def key_table() -> str:
    """The table of keys for the user's guide, in Markdown."""
    rows: Sequence[tuple[str, str, str]] = [
        *((one.id, one.keys, one.words) for one in ACTIONS),
        *MOVES,
        *((one.id, one.keys, one.told) for one in DIALOG_KEYS),
        *((_NOT_SETTABLE, keys, f"Every dialog: {words}") for keys, words in FIXED_KEYS),
    ]
    lines = (
        f"| `{key_name(keys)}` | {words} | {one if one == _NOT_SETTABLE else f'`{one}`'} |"
        for one, keys, words in rows
    )
    return "\n".join(["| key | does | name in `[keys]` |", "| --- | --- | --- |", *lines])


def top_line_table() -> str:
    """The words of the top line for the guide, in the order in which they stand."""
    lines = (f"| `{look}` | {words} |" for look, words in TOP_LINE_WORDS)
    return "\n".join(["| it shows | that is |", "| --- | --- |", *lines])
