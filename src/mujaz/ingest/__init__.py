"""Reading of articles from files, standard input, HTML pages, URLs and feeds."""

from mujaz.ingest.source import is_url, read_source

__all__ = ["is_url", "read_source"]
