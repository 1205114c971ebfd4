"""Article text: what is taken out, how it is read, where it is cut. Pure functions."""
