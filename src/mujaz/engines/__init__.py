"""Engines: each turns one line of diacritized text into a clip."""
