"""From a file, standard input, HTML or a URL to a page of text."""

from mujaz.ingest.source import read_source

__all__ = ["read_source"]
