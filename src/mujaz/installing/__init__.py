"""Voices that have to be fetched: what they need, from where, and whether it is the right thing."""
