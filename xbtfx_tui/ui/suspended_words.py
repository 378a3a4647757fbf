"""What stands still while the program is suspended, in sentences for the shell's screen. Suspends nothing."""

SUSPENDED = "xbtfx-tui is suspended; fg brings it back."


def suspended_words(unknown: int, waiting: int, trails: int, alerts: int) -> str:
    """`unknown` are orders without a known outcome, `waiting` those of a command that are not begun, `trails`
    and `alerts` what is armed."""
    sentences = [SUSPENDED]
    if standing := [
        _many(count, what) for count, what in ((trails, "trailing stop"), (alerts, "alert")) if count
    ]:
        stands = "stands" if trails + alerts == 1 else "stand"
        sentences.append(f"{' and '.join(standing)} {stands} still until then.")
    if unknown:
        sentences.append(
            f"{_many(unknown, 'order')} without a known outcome: what came of that is read then."
        )
    if waiting:
        waits = "waits" if waiting == 1 else "wait"
        what = f"{_many(waiting, 'more order')} of a command"
        sentences.append(f"{what} {waits}; nothing is opened by prices that are old by then.")
    return " ".join(sentences)


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
