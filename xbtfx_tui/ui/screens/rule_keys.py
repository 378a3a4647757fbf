"""What the keys of an armed order do: look, decide one that is asked, take it away. They send nothing."""

from functools import partial

from xbtfx_tui.domain.action_results import NotDone
from xbtfx_tui.domain.armed_orders import ArmedOrder, SendReview
from xbtfx_tui.ui.dialogs.confirm_dialog import YesNo
from xbtfx_tui.ui.dialogs.rule_dialog import RuleChoice, RuleDialog
from xbtfx_tui.ui.figure_format import clean
from xbtfx_tui.ui.key_targets import RuleTarget
from xbtfx_tui.ui.screens.chart_keys import ChartKeys

_LONGEST = 600


def changing_line(rule: ArmedOrder) -> str:
    """Its line, to be typed otherwise: the new one takes its place; of one that waits no more, anew."""
    return f"{rule.line} replaces={rule.number}" if rule.is_waiting else rule.line


class RuleKeys(ChartKeys):
    """The panes with the actions of armed orders."""

    @property
    def rule(self) -> ArmedOrder | None:
        """The selected armed order, while the Orders pane has the keys."""
        return target.order if isinstance(target := self.target, RuleTarget) else None

    def action_remove_symbol(self) -> None:
        """In Orders: the armed order under the cursor fires no more; elsewhere as before."""
        if self.rule is None:
            super().action_remove_symbol()
            return
        self.notice.answer(self.backend.rules.disarm(self.rule.number))
        self._show_rules()

    def decide_rule(self, number: int) -> None:
        """What it waits for; where it asks, what becomes of it."""
        self.app.push_screen(RuleDialog(self.backend, number), partial(self._decided, number))

    def _decided(self, number: int, choice: RuleChoice | None) -> None:
        rules = self.backend.rules
        match choice:
            case RuleChoice.SEND:
                review = rules.review(number)
                if isinstance(review, SendReview):
                    question = clean(f"{review.sentence} Send it?", _LONGEST)
                    dialog = YesNo(f"Send armed order {number}", question)
                    self.app.push_screen(dialog, partial(self._sends, number, review))
                    return
                self.notice.answer(NotDone(review))
            case RuleChoice.WAIT:
                self.notice.answer(rules.wait(number))
            case RuleChoice.CANCEL:
                self.notice.answer(rules.disarm(number))
            case None:
                pass
        self._show_rules()

    def _sends(self, number: int, review: SendReview, yes: bool | None) -> None:
        if yes:
            self.notice.answer(self.backend.rules.send(number, review.worst))
        self._show_rules()

    def _show_rules(self) -> None:
        self.frame()
        self.show_keys()
