"""Fetches pages and feeds through :mod:`mujaz.network`, with a cache and robots.txt."""

from mujaz.ingest.fetch.fetcher import Fetched, Fetcher, agent, cache_folder

__all__ = ["Fetched", "Fetcher", "agent", "cache_folder"]
