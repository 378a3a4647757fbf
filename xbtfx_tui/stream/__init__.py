"""The stream: quotes and account events in, subscriptions out, over a line that comes and goes."""
