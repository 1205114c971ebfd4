"""Answers to requests with an ``Idempotency-Key``, so that a repeated one makes nothing again."""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Callable

from mujaz.desk.store.database import Database
from mujaz.desk.values import InvalidError

# Clients repeat a request within hours; a day is the custom of APIs with this header.
_KEPT_S = 24 * 3600.0
MOST_KEY_CHARS = 255


class Answers:
    """Stored answers: the identifier that a request made."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def once(
        self,
        who: str,
        key: str,
        request: str,
        make: Callable[[Callable[[sqlite3.Connection, str], None]], str],
    ) -> str:
        """Make something, unless the same request made it before.

        Args:
            who: Who sends the request; keys of different senders do not meet.
            key: Of the request; empty for none, which is always made.
            request: All that it asks for.
            make: Makes it; gets a function to call in the transaction that stores it.

        Returns:
            The identifier of what was made, now or before.

        Raises:
            InvalidError: If the key was used for another request.
        """
        if not key:
            return make(lambda connection, name: None)
        digest = hashlib.sha256(request.encode("utf-8", "surrogatepass")).hexdigest()
        found = self._found(who, key, digest)
        if found is not None:
            return found

        def remember(connection: sqlite3.Connection, name: str) -> None:
            connection.execute("DELETE FROM answers WHERE at < ?", (time.time() - _KEPT_S,))
            connection.execute(
                "INSERT INTO answers (who, key, request, at, made) VALUES (?, ?, ?, ?, ?)",
                (who, key, digest, time.time(), name),
            )

        try:
            return make(remember)
        except sqlite3.IntegrityError:
            # The same request came twice at once; the other one was faster.
            found = self._found(who, key, digest)
            if found is None:
                raise
            return found

    def _found(self, who: str, key: str, digest: str) -> str | None:
        row = self._database.row(
            "SELECT request, made FROM answers WHERE who = ? AND key = ? AND at > ?",
            who,
            key,
            time.time() - _KEPT_S,
        )
        if row is None:
            return None
        if row["request"] != digest:
            raise InvalidError(
                "this Idempotency-Key was used for another request",
                where="Idempotency-Key",
                hint="send a new key with each new request",
            )
        made: str = row["made"]
        return made
