"""The screen: Textual, and nothing that speaks to the network or the journal."""
