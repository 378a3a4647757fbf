"""Which panes are on screen, and where: layouts as values, and the sizes that come of them."""
