"""The only room that opens a socket: fetching with limits, politely, and never inside by mistake.

Every attempt has a time limit that no slow answer can stretch, every answer a size limit that no
compression can hide from, every redirect is judged like a first request, and every address is
judged when it is connected to, so that a name that changes its mind gains nothing.
"""

from mujaz.ingest.fetch.fetcher import Fetched, Fetcher, agent, cache_folder

__all__ = ["Fetched", "Fetcher", "agent", "cache_folder"]
