"""Covers of the show, drawn from its title or made from a given picture."""
