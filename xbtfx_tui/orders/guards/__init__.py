"""What keeps an order from being sent: rules over what is on screen. Never sends, never asks the server."""
