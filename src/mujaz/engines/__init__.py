"""Engines: one spoken line becomes a clip. Each renders the text for itself."""
