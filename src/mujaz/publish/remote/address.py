"""Addresses of publishing targets, which may contain a password that no message may show."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, quote_plus, unquote

_HIDDEN = "***"
# Shorter pieces of a password would hide harmless parts of messages, and tell nothing.
_SHORTEST_PIECE = 3


@dataclass(frozen=True, slots=True)
class TargetAddress:
    """An address of a target.

    Attributes:
        text: The whole address. It must not appear in messages, logs or files.
    """

    text: str

    @property
    def scheme(self) -> str:
        """Scheme in lower case; empty for a path."""
        scheme, separator, _ = self.text.partition("://")
        return scheme.lower() if separator else ""

    @property
    def shown(self) -> str:
        """The address for messages."""
        if not self._password:
            return self.text
        head, _, tail = self.text.rpartition("@")
        return f"{head[: len(head) - len(self._password)]}{_HIDDEN}@{tail}"

    @property
    def _password(self) -> str:
        """Return what may be a password, as written: from the first colon to the last at sign.

        Passwords with ``/`` or ``@`` in them should be written in percent encoding, and are not
        always. It is better to hide a port and a part of a path than to show a password.
        """
        if not self.scheme:
            return ""
        before, at, _ = self.text.partition("://")[2].rpartition("@")
        return before.partition(":")[2] if at else ""

    def redact(self, message: str) -> str:
        """Remove the password, in every form and in pieces, from a message of a library."""
        password = self._password
        if not password:
            return message
        forms = {password, unquote(password), quote(password, safe=""), quote_plus(password)}
        for form in tuple(forms):
            # Parsed at the wrong place, a password with a slash is told as host and path.
            forms.update(re.split(r"[/@:?#\s'\"]+", form))
        for form in sorted(forms, key=len, reverse=True):
            if len(form) >= _SHORTEST_PIECE or form == password:
                message = message.replace(form, _HIDDEN)
        return message
