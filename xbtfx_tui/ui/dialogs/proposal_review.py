"""What the review of a proposal has beyond that of a typed line: who asks, since when, how the price moved,
and the asker's own words, last and unchecked. It confirms at the trader's key, and sends nothing.
"""

from collections.abc import Sequence

from xbtfx_tui.domain.clock import age_words
from xbtfx_tui.domain.order_origin import Origin
from xbtfx_tui.domain.proposals import Proposal, left_words
from xbtfx_tui.planning.batch_execution import Batch
from xbtfx_tui.planning.proposal_planning import moved_since
from xbtfx_tui.ui.dialogs.dialog_fields import Note, Tone
from xbtfx_tui.ui.figure_format import clean
from xbtfx_tui.ui.ports import Backend

_LONGEST = 240


class ProposalReview:
    """One proposal under review; `one` is how it stood when the review was opened."""

    def __init__(self, backend: Backend, one: Proposal) -> None:
        self._backend = backend
        self._one = one

    def title(self) -> str:
        """`P12 from [backup.sh a], asked 41s ago, 1:19 left`."""
        now, one = self._backend.clock.now(), self._one
        asked = age_words(max(0.0, one.asked.age_at(now)))
        return f"{one.title} from {clean(one.asker, 40)}, asked {asked} ago, {left_words(one.left(now))}"

    def notes(self) -> Sequence[Note]:
        """How the price moved since it was asked for."""
        moved = moved_since(self._one.mark, self._backend.store)
        if moved is None:
            return ()
        return (Note(moved.sentence, Tone.WARNING if moved.is_much else Tone.QUIET),)

    def words(self) -> str:
        """The asker's own, in quotes; nothing of them is taken for true."""
        return words_of(self._one)

    def hindrance(self) -> str:
        """Why it can't be confirmed any more; empty where it can."""
        return self._backend.proposals.why_not_confirmed(self._one.number) or ""

    def confirm(self) -> bool:
        """The trader's key was pressed; False where it was over by then."""
        return self._backend.proposals.confirm(self._one.number) is None

    @property
    def origin(self) -> Origin:
        return self._backend.proposals.origin(self._one.number)

    def began(self, batch: Batch) -> None:
        """Its orders are on their way."""
        self._backend.proposals.follow(self._one.number, batch)

    def carried_out(self, words: str) -> None:
        """What changes the terminal alone came to this."""
        self._backend.proposals.carried_out(self._one.number, words)


def words_of(one: Proposal) -> str:
    """`Its words, unchecked: "breakout above the Asian range"`; then who else asked for it, and why."""
    again = (f"[{by.name} {by.letter}] asked for it, too. {_quoted(by.why)}" for by in one.others)
    return " ".join((_quoted(one.why), *again))


def _quoted(why: str) -> str:
    if not why:
        return "It says nothing of why."
    # A quotation mark of its own would let it go on as if the terminal spoke.
    words = clean(why, _LONGEST).replace('"', "'")
    return f'Its words, unchecked: "{words}"'
