"""What sentences of orders say of keys and of a terminal that goes on, and the same where there is a shell.

A shell has no key `m`, and a command that has ended watches nothing; of an order that came further since, a
listing tells what was so then. Whatever of this can be in a sentence of an order stands here alone, so that
no key reaches `xbtfx-tui do` or a listing. It looks nothing up.
"""

import msgspec


class Hint(msgspec.Struct, frozen=True):
    """The end of a sentence, or a sentence: as the terminal says it, as a shell does, and as it is told of a
    step that is past (None: as in a shell)."""

    on_screen: str
    in_shell: str
    past: str | None = None


SETS_STOPS = Hint(": m on it sets it.", ".")
SETS_BOTH_AS_FAR = Hint(": m on the new one begins with both as far away.", ".")
SETS_SL_AS_FAR = Hint(": m on the new one begins with an sl as far away.", ".")
SETS_TP_AS_FAR = Hint(": m on the new one begins with a tp as far away.", ".")
UNLOCKS = Hint(" Unlock it with ctrl+l.", "")
CLOSING_UNLOCKS = Hint(" Closing is possible; ctrl+l unlocks.", " Closing is possible.")
ALARM_TELLS = Hint(" Should it open, an alarm tells so.", "")
AFTER_KILL = Hint(" AFTER THE KILL SWITCH: X closes it.", " AFTER THE KILL SWITCH.")
STAYS_WATCHED = Hint(
    "It stays watched for 24 h.", "For 24 h the next run goes on looking for it.", "It stayed watched."
)
WATCHED_UNTIL = Hint(
    "It stays watched for 24 h, or until the next order for it.",
    "For 24 h, or until the next order for it, the next run goes on looking for it.",
    "It stayed watched.",
)
STILL_WATCHED = Hint("it is still being watched.", "the next run goes on looking for it.", "it was watched.")
BEING_CHECKED = Hint("it is being checked.", "the next run goes on looking for it.", "it was being checked.")
LOOKED_AT = Hint(
    "Do not send it again: the positions are being checked.",
    "Do not send it again: the next run goes on looking for it.",
    "The positions were being checked.",
)
ALL_LOOKED_AT = Hint(
    "The positions are being checked; closing again closes what is open then.",
    "The next run goes on looking; closing again closes what is open then.",
    "The positions were being checked.",
)
TAKEN_UP = Hint(
    "the terminal stopped before the outcome was known. The positions are being checked.",
    "the run that sent it stopped before the outcome was known. Look at the positions.",
    "the run that sent it stopped before the outcome was known.",
)
CHECKED_ANEW = Hint("It is being checked anew.", "The next run looks for it anew.", "It was checked anew.")
REST_LOOKED_FOR = Hint(
    "the rest is being looked for.",
    "the rest may still come; the next run looks for it.",
    "the rest was being looked for.",
)
LOOKED_FOR = Hint(
    "It goes on being looked for;", "The next run goes on looking for it;", "It was being looked for;"
)
SAY_WHAT = Hint(
    "say what became of it if you know better.",
    "the terminal asks what became of it.",
    "what became of it was asked.",
)
SAY_WHICH = Hint("Say which one it is.", "The terminal asks which one it is.", "Which one it is was asked.")
SAY_WHOSE = Hint(
    "Say whether it is this order's work.",
    "The terminal asks whether it is this order's work.",
    "Whose work it is was asked.",
)
REMEMBERED = Hint(
    "remembered until the terminal ends.", "remembered until this command ends.", "remembered for that run."
)
CLOSED_EARLY = Hint(
    "the terminal was closed before it could go.", "the command was ended before it could go."
)
CLOSED_WAITING = Hint(
    "the terminal was closed before the answer came; the next start looks for it.",
    "the program was ended before the answer came; the next run looks for it.",
    "the program was ended before the answer came.",
)

HINTS = (
    SETS_STOPS,
    SETS_BOTH_AS_FAR,
    SETS_SL_AS_FAR,
    SETS_TP_AS_FAR,
    UNLOCKS,
    CLOSING_UNLOCKS,
    ALARM_TELLS,
    AFTER_KILL,
    STAYS_WATCHED,
    WATCHED_UNTIL,
    STILL_WATCHED,
    BEING_CHECKED,
    LOOKED_AT,
    ALL_LOOKED_AT,
    TAKEN_UP,
    CHECKED_ANEW,
    REST_LOOKED_FOR,
    LOOKED_FOR,
    SAY_WHAT,
    SAY_WHICH,
    SAY_WHOSE,
    REMEMBERED,
    CLOSED_EARLY,
    CLOSED_WAITING,
)


def stops_offered_as_far(*, sl: bool, tp: bool) -> str:
    """The end of a sentence on a position without stops: with which stops of the old one's distances the key
    that sets them begins."""
    match sl, tp:
        case True, True:
            return SETS_BOTH_AS_FAR.on_screen
        case True, False:
            return SETS_SL_AS_FAR.on_screen
        case False, True:
            return SETS_TP_AS_FAR.on_screen
        case _:
            return "."


def in_past(text: str) -> str:
    """Sentences of orders of which more has become known since, or that nobody looks for any more."""
    for hint in HINTS:
        text = text.replace(hint.on_screen, hint.in_shell if hint.past is None else hint.past)
    return text


def in_shell(text: str) -> str:
    """Sentences of orders as they are so in a shell."""
    for hint in HINTS:
        text = text.replace(hint.on_screen, hint.in_shell)
    return text
