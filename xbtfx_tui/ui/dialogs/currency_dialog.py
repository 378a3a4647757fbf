"""The question for the account's currency, where neither the server nor its figures tell. Sends nothing.

It is asked once a login. The mark stands on leaving it open: a currency chosen by a slip would convert every
sum wrongly.
"""

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll

from xbtfx_tui.domain.account_currency import AccountCurrency, CurrencyNotKnown
from xbtfx_tui.domain.currencies import ACCOUNT_CURRENCIES
from xbtfx_tui.ui.dialogs.choice_list import ChoiceList, ChoiceRow
from xbtfx_tui.ui.dialogs.dialog_base import Dialog
from xbtfx_tui.ui.dialogs.dialog_fields import Words

_OPEN = "open"
_ABOUT = (
    "The server does not name what this account is in. Until that is known, money is shown as it is given, "
    "nothing is converted, and a risk in percent or in money can't be counted. Lots work, and so do stops at "
    "a price or in pips."
)


class CurrencyDialog(Dialog[str]):
    """Dismisses with the currency's code, or None where it is left open."""

    FIRST = "ChoiceList"

    def __init__(self, known: AccountCurrency) -> None:
        super().__init__("question")
        self._possible = known.possible if isinstance(known, CurrencyNotKnown) else ACCOUNT_CURRENCIES
        self._list = ChoiceList()

    def compose(self) -> ComposeResult:
        fit = " or ".join(self._possible)
        narrowed = f" The profits of its positions fit {fit}." if self._is_narrowed else ""
        with VerticalScroll(id="frame", can_focus=False):
            yield Words(_ABOUT + narrowed, id="headline")
            yield self._list
            yield Words(
                "arrows and enter choose · escape leaves it open · :currency tells it later", id="hint"
            )

    @property
    def _is_narrowed(self) -> bool:
        return len(self._possible) < len(ACCOUNT_CURRENCIES)

    def on_mount(self) -> None:
        self.write_title("What is this account in?")
        rows = [ChoiceRow("leave it open", _OPEN), *(ChoiceRow(code, code) for code in self._possible)]
        self._list.offer(rows, anew=True)

    @on(ChoiceList.Chosen)
    def _chosen(self, event: ChoiceList.Chosen) -> None:
        event.stop()
        self.dismiss(None if event.row.what == _OPEN else str(event.row.what))
