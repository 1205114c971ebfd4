"""Users, tokens and sessions in the database. Passwords and tokens are kept as hashes only."""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from mujaz.desk.store.database import Database, now
from mujaz.desk.store.log import note
from mujaz.desk.values import (
    Actor,
    ConflictError,
    InvalidError,
    NotFoundError,
    Role,
    TokenRow,
    UserRow,
)

if TYPE_CHECKING:
    from argon2 import PasswordHasher

# Sessions end after so long without a request, and after so long in any case.
SESSION_IDLE_S = 12 * 3600.0
SESSION_LONGEST_S = 7 * 24 * 3600.0
_MOST_FAILURES = {"name and address": 5, "address": 30, "name": 50}
_FAILURE_WINDOW_S = 15 * 60.0
SHORTEST_PASSWORD = 10
_LONGEST_PASSWORD = 1000
_NAME = re.compile(r"[\w][\w .@-]{0,62}")
# The user of a desk without users, who came by the link with a one-time token.
LOCAL = "local"


class TooManyAttemptsError(ConflictError):
    """Too many failed sign-ins; ``wait_s`` says after how many seconds another may be tried."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(
            "too many failed sign-ins", hint=f"try again in {-(-wait_s // 60)} minutes"
        )
        self.wait_s = wait_s


class Accounts:
    """Users, their sessions, and the tokens of the API.

    Args:
        database: The database.
        clock: Seconds since the epoch; tests let time pass.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    # Users

    def has_users(self) -> bool:
        """Whether there is any user."""
        return self._database.row("SELECT 1 FROM users") is not None

    def users(self) -> list[UserRow]:
        """All users by name."""
        rows = self._database.rows("SELECT * FROM users ORDER BY name")
        return [UserRow(row["name"], Role(row["role"]), row["created"]) for row in rows]

    def add_user(self, name: str, password: str, role: Role, who: str = "command line") -> None:
        """Add a user, or set the password and role of one; ends that user's sessions.

        Raises:
            InvalidError: If the name or the password cannot be used.
        """
        name = _checked_name(name)
        if not SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
            raise InvalidError(
                f"a password has at least {SHORTEST_PASSWORD} characters",
                hint="take a few words that nobody would guess",
            )
        hashed = _hasher().hash(password)
        with self._database.change() as connection:
            connection.execute(
                "INSERT INTO users (name, role, password, created) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (name) DO UPDATE SET role = excluded.role,"
                " password = excluded.password",
                (name, role.value, hashed, now()),
            )
            connection.execute("DELETE FROM sessions WHERE name = ? OR role <> ''", (name,))
            note(connection, who, f"set up the user as {role.value}", name)

    def remove_user(self, name: str, who: str = "command line") -> None:
        """Remove a user and end its sessions.

        Raises:
            NotFoundError: If there is none.
        """
        with self._database.change() as connection:
            if not connection.execute("DELETE FROM users WHERE name = ?", (name,)).rowcount:
                raise NotFoundError(f"there is no user {name[:40]!r}", hint="mujaz desk user list")
            connection.execute("DELETE FROM sessions WHERE name = ?", (name,))
            note(connection, who, "removed the user", name)

    def sign_in(self, name: str, password: str, address: str) -> str | None:
        """Check a password; returns the token of a new session, or None if it is wrong.

        Raises:
            TooManyAttemptsError: If too many failed before.
        """
        at = self._clock()
        self._refuse_many(name, address, at)
        row = self._database.row("SELECT password FROM users WHERE name = ?", name)
        if not _verified(row["password"] if row else None, password):
            with self._database.change() as connection:
                connection.execute("DELETE FROM attempts WHERE at < ?", (at - _FAILURE_WINDOW_S,))
                connection.execute(
                    "INSERT INTO attempts (at, name, address) VALUES (?, ?, ?)",
                    (at, name[:64], address),
                )
                note(connection, name[:64], "failed to sign in")
            return None
        with self._database.change() as connection:
            connection.execute(
                "DELETE FROM attempts WHERE name = ? AND address = ?", (name, address)
            )
            note(connection, name, "signed in")
        return self.open_session(name)

    def _refuse_many(self, name: str, address: str, at: float) -> None:
        since = at - _FAILURE_WINDOW_S
        row = self._database.row(
            "SELECT sum(name = ?1 AND address = ?2), sum(address = ?2), sum(name = ?1), min(at)"
            " FROM attempts WHERE at > ?3 AND (name = ?1 OR address = ?2)",
            name[:64],
            address,
            since,
        )
        counts = [value or 0 for value in row[:3]] if row else [0, 0, 0]
        if row and any(
            count >= most for count, most in zip(counts, _MOST_FAILURES.values(), strict=True)
        ):
            raise TooManyAttemptsError(max(1, int(row[3] - since) + 1))

    # Sessions

    def open_session(self, name: str, role: Role | None = None) -> str:
        """Open a session and return its token; ``role`` is for a desk without users."""
        token, at = secrets.token_urlsafe(32), self._clock()
        with self._database.change() as connection:
            connection.execute("DELETE FROM sessions WHERE seen < ?", (at - SESSION_IDLE_S,))
            connection.execute(
                "INSERT INTO sessions (hash, name, role, created, seen) VALUES (?, ?, ?, ?, ?)",
                (_hash(token), name, role.value if role else "", at, at),
            )
        return token

    def session(self, token: str) -> Actor | None:
        """The user of a session; None if it has ended."""
        hashed, at = _hash(token), self._clock()
        row = self._database.row(
            "SELECT s.*, u.role AS user_role FROM sessions s LEFT JOIN users u ON u.name = s.name"
            " WHERE s.hash = ?",
            hashed,
        )
        if row is None:
            return None
        ended = at - row["seen"] > SESSION_IDLE_S or at - row["created"] > SESSION_LONGEST_S
        role = row["role"] or row["user_role"]
        if ended or not role:
            self.close_session(hashed)
            return None
        if at - row["seen"] > 60:
            with self._database.change() as connection:
                connection.execute("UPDATE sessions SET seen = ? WHERE hash = ?", (at, hashed))
        return Actor(row["name"], Role(role), session=hashed)

    def close_session(self, hashed: str) -> None:
        """End a session."""
        with self._database.change() as connection:
            connection.execute("DELETE FROM sessions WHERE hash = ?", (hashed,))

    # Tokens of the API

    def tokens(self) -> list[TokenRow]:
        """All tokens by name."""
        rows = self._database.rows("SELECT * FROM tokens ORDER BY name")
        return [
            TokenRow(row["name"], Role(row["role"]), row["created"], row["used"]) for row in rows
        ]

    def add_token(self, name: str, role: Role, who: str = "command line") -> str:
        """Add a token and return it; it cannot be shown again.

        Raises:
            InvalidError: If the name cannot be used.
            ConflictError: If there is one of this name.
        """
        name, token = _checked_name(name), "mujaz_" + secrets.token_urlsafe(32)
        with self._database.change() as connection:
            if connection.execute("SELECT 1 FROM tokens WHERE name = ?", (name,)).fetchone():
                raise ConflictError(
                    f"there is a token {name!r} already", hint="remove it: mujaz desk token remove"
                )
            connection.execute(
                "INSERT INTO tokens (name, role, hash, created) VALUES (?, ?, ?, ?)",
                (name, role.value, _hash(token), now()),
            )
            note(connection, who, f"added the token as {role.value}", name)
        return token

    def remove_token(self, name: str, who: str = "command line") -> None:
        """Remove a token.

        Raises:
            NotFoundError: If there is none.
        """
        with self._database.change() as connection:
            if not connection.execute("DELETE FROM tokens WHERE name = ?", (name,)).rowcount:
                raise NotFoundError(
                    f"there is no token {name[:40]!r}", hint="mujaz desk token list"
                )
            note(connection, who, "removed the token", name)

    def bearer(self, token: str) -> Actor | None:
        """The owner of a token; None if there is none."""
        hashed = _hash(token)
        row = self._database.row("SELECT * FROM tokens WHERE hash = ?", hashed)
        if row is None:
            return None
        today = now()[:10]
        if row["used"] != today:
            with self._database.change() as connection:
                connection.execute("UPDATE tokens SET used = ? WHERE hash = ?", (today, hashed))
        return Actor(f"token {row['name']}", Role(row["role"]))


def _hash(token: str) -> str:
    # Tokens have 256 random bits: a fast hash is enough.
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _checked_name(name: str) -> str:
    if not _NAME.fullmatch(name) or name == LOCAL:
        raise InvalidError(
            f"{name[:64]!r} cannot be a name", hint="use letters, digits, spaces and . @ -"
        )
    return name


def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


def _verified(hashed: str | None, password: str) -> bool:
    """Check a password; one of an unknown user takes as long as a wrong one."""
    from argon2.exceptions import InvalidHashError, VerificationError

    hasher = _hasher()
    if len(password) > _LONGEST_PASSWORD:
        return False
    if hashed is None:
        hasher.hash(password)
        return False
    try:
        return bool(hasher.verify(hashed, password))
    except (VerificationError, InvalidHashError):
        return False
