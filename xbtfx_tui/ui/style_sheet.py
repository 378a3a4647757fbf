"""Textual's style sheet, without parsing everything anew where nothing has changed. Draws nothing."""

from textual.css.stylesheet import Stylesheet


class ThriftyStylesheet(Stylesheet):
    """Parses all again only once the variables, which are the theme's colours, have become others.

    Textual does so for every theme that is set, the first one too, whose colours the sheet was made with.
    """

    def __init__(self, *, variables: dict[str, str]) -> None:
        super().__init__(variables=variables)
        self._parsed_with = variables

    def set_variables(self, variables: dict[str, str]) -> None:
        if variables != self._variables:
            super().set_variables(variables)

    def reparse(self) -> None:
        if self._variables != self._parsed_with:
            super().reparse()
            self._parsed_with = self._variables
        elif self._require_parse:  # sources were added
            self.parse()
