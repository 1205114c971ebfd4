"""Fetching of pages and feeds over HTTP: redirects, retries, cache, robots.txt, limits.

Each attempt has a time limit, also for slow answers. The size limit counts unpacked bytes. Each
redirect is checked like a first request, and each IP address is checked when the connection is
made, so that DNS rebinding does not get past the check.
"""

from mujaz.ingest.fetch.fetcher import Fetched, Fetcher, agent, cache_folder

__all__ = ["Fetched", "Fetcher", "agent", "cache_folder"]
