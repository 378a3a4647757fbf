"""The one door for what is local and not the keyboard: scripts ask and propose, and nothing here confirms."""
