"""From a file, standard input, HTML or a URL to a page of text."""

from mujaz.ingest.source import is_url, read_source

__all__ = ["is_url", "read_source"]
