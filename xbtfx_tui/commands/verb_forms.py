"""What the grammar's data is made of: the parts of a form, forms, verbs. Reads and prints nothing itself."""

from collections.abc import Callable, Mapping
from typing import Generic, TypeAlias, TypeVar

import msgspec

from xbtfx_tui.commands.argument_types import Kind
from xbtfx_tui.commands.command_types import Command, Target

Made = TypeVar("Made", covariant=True)


class Keyword(msgspec.Struct, frozen=True):
    """A word that stands as it is, in any case; `words` say for the completion what it means."""

    text: str
    words: str = ""


class WordSlot(msgspec.Struct, frozen=True):
    """One word of a kind, which becomes the command's `field`."""

    field: str
    kind: Kind


class OneOf(msgspec.Struct, frozen=True):
    """One of several forms, whose value becomes the command's `field`; `label` names it in the help."""

    field: str
    label: str
    forms: "tuple[VerbForm[Target], ...]"


class Maybe(msgspec.Struct, frozen=True):
    """A part that may be left out; the command's field then has its default."""

    part: WordSlot | OneOf


class Options(msgspec.Struct, frozen=True):
    """Words like `sl=30p`, each once at most, in any order; each begins with its field's name."""

    places: tuple[WordSlot, ...]


FormPart: TypeAlias = Keyword | WordSlot | OneOf | Maybe | Options


class VerbForm(msgspec.Struct, Generic[Made], frozen=True):
    """One way to go on after a verb: the parts in order, and the value that they make.

    `makes` is called with a keyword argument for each place that was filled, and with those of `always`.
    """

    makes: Callable[..., Made]
    parts: tuple[FormPart, ...] = ()
    examples: tuple[str, ...] = ()
    always: Mapping[str, object] = msgspec.field(default_factory=dict)


class Verb(msgspec.Struct, frozen=True):
    """A verb, the ways to go on after it, and in words what it does."""

    name: str
    does: str
    forms: tuple[VerbForm[Command], ...]

    @property
    def usage(self) -> tuple[str, ...]:
        """Its forms as the help shows them: `buy SIZE SYMBOL [sl=STOP] [tp=STOP]`."""
        return tuple(" ".join([self.name, *map(part_words, form.parts)]) for form in self.forms)

    @property
    def examples(self) -> tuple[str, ...]:
        return tuple(example for form in self.forms for example in form.examples)


def part_words(part: FormPart) -> str:
    """A part as the help shows it, in brackets where it may be left out."""
    match part:
        case Keyword(text=text):
            return text
        case WordSlot(kind=kind):
            return kind.label
        case OneOf(label=label):
            return label
        case Maybe(part=inner):
            return f"[{part_words(inner)}]"
        case Options(places=places):
            return " ".join(f"[{place.field}={place.kind.label}]" for place in places)
