"""What a dialog has Textual do: styles worked out once, and what lies behind it not painted at each key."""

from collections.abc import Callable

import pytest
from textual._compositor import Compositor
from textual.dom import DOMNode

from tests.ui.still_desk import Desk, a_desk
from xbtfx_tui.ui.app import TerminalApp
from xbtfx_tui.ui.dialogs.breakeven_dialog import BreakevenDialog
from xbtfx_tui.ui.dialogs.close_ticket import CloseTicket
from xbtfx_tui.ui.dialogs.dialog_base import Dialog
from xbtfx_tui.ui.dialogs.modify_dialog import ModifyTicket
from xbtfx_tui.ui.dialogs.order_ticket import OrderTicket

pytestmark = pytest.mark.usefixtures("every_frame_is_painted")


def counted(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How often the whole screen was painted since the last call."""
    paints = 0
    paint = Compositor.render_full_update

    def count(self: Compositor, *args: object, **kwargs: object) -> object:
        nonlocal paints
        paints += 1
        return paint(self, *args, **kwargs)  # type: ignore[arg-type] # handed on as it came

    def taken() -> int:
        nonlocal paints
        before, paints = paints, 0
        return before

    monkeypatch.setattr(Compositor, "render_full_update", count)
    return taken


async def settles(desk: Desk) -> None:
    for _ in range(3):
        await desk.pilot.pause()


@pytest.mark.parametrize("size", [(80, 20), (120, 34)])
@pytest.mark.parametrize(
    ("keys", "dialog"),
    [
        (("b",), OrderTicket),
        (("s",), OrderTicket),
        (("4", "c"), CloseTicket),
        (("4", "m"), ModifyTicket),
        (("4", "e"), BreakevenDialog),
    ],
)
async def test_a_dialog_comes_up_with_its_styles_worked_out_once(
    keys: tuple[str, ...],
    dialog: type[Dialog[object]],
    size: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with a_desk(size=size) as desk:
        await desk.presses(*keys[:-1])
        again: list[DOMNode] = []
        update = TerminalApp.update_styles

        def record(self: TerminalApp, node: DOMNode, animate: bool = True) -> None:
            again.append(node)
            update(self, node, animate)

        monkeypatch.setattr(TerminalApp, "update_styles", record)
        await desk.presses(keys[-1])
        await settles(desk)
        assert type(desk.app.screen) is dialog
        assert [node for node in again if isinstance(node, Dialog)] == []
        assert desk.app.screen.has_class("-short" if size[1] < 23 else "-tall")


async def test_the_review_comes_up_without_what_is_behind_it_being_painted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with a_desk() as desk:
        await desk.presses("b", *"0.20")
        await settles(desk)
        paints = counted(monkeypatch)
        await desk.presses("tab")
        await settles(desk)
        assert paints() == 0
        await desk.presses("enter")
        await settles(desk)
        assert "█ Buy 0.20 EURUSD at market" in desk.text()
        assert paints() == 0
