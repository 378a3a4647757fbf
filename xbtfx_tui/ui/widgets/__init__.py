"""The pieces panes are made of; they know no account."""
