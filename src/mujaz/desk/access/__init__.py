"""Access to the desk: checks of every request before any handler sees it."""
