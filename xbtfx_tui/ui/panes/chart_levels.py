"""The horizontal lines of a chart, out of what the store has of its symbol. Pure; draws nothing."""

from xbtfx_tui.store.store import Store
from xbtfx_tui.ui.chart.chart_drawing import Level, LevelKind
from xbtfx_tui.ui.dialogs.beside_chart import DraftedStops


def chart_levels(store: Store, symbol: str, drafted: DraftedStops) -> tuple[Level, ...]:
    """Of each position its open, sl and tp; then the stops of an order in its dialog."""
    levels = []
    for position in store.positions.values():
        if position.symbol != symbol:
            continue
        levels.append(Level(LevelKind.OPEN, float(position.price_open)))
        if position.sl is not None:
            levels.append(Level(LevelKind.SL, float(position.sl)))
        if position.tp is not None:
            levels.append(Level(LevelKind.TP, float(position.tp)))
    if drafted.sl is not None:
        levels.append(Level(LevelKind.SL, float(drafted.sl)))
    if drafted.tp is not None:
        levels.append(Level(LevelKind.TP, float(drafted.tp)))
    return tuple(levels)
