"""Episodes become files that any web server can serve."""
