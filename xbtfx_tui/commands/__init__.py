"""What a trader types after `:`: the commands as values and their one grammar. Pure, carries nothing out."""
