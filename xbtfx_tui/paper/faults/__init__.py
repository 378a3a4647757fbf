"""What the paper exchange does wrong when it is asked to, so that order safety can be proved against it."""
