"""What became of an order, learnt from positions and deals; after a restart, too. Never sends."""
