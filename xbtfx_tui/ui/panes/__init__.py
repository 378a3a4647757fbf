"""What a trader looks at: quotes, depth, chart, positions, orders, history, messages."""
