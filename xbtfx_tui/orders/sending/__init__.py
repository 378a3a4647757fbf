"""The way out of an order: its tries, what its answer makes of it, and whether it may go once more."""
