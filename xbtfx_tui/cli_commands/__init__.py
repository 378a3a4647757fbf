"""The commands beside the terminal: journal, check. They print and end; none draws a screen or trades."""
