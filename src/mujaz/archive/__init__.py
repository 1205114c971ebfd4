"""Whole archives: an episode for each article of folders, sitemaps, feeds and JSON-lines files."""
