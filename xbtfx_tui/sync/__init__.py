"""Keeps the store true: polls, reads on demand, subscriptions and the tasks that do it. Never trades."""
