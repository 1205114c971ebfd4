"""Sends a text to a speech server and returns its answer."""

from __future__ import annotations

import json
import os
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from mujaz.domain import Voice
from mujaz.engines.openai import budget
from mujaz.engines.openai.sound import excerpt
from mujaz.errors import EngineError, FetchError, VoiceError
from mujaz.network.addresses import PrivateAddressError
from mujaz.network.client import HttpClient, Response, StatusError, shown
from mujaz.network.retries import TransientError, with_retries

# An hour of uncompressed sound at 24 kHz, many times what one request asks for.
_MOST_BYTES = 173_000_000
_MOST_ERROR_BYTES = 20_000
# All attempts at one text end so many time limits after the first began.
_ATTEMPTS_SPAN = 3
# A server that has failed so often in a row, all retries included, is left alone for a while.
_FAILURES_IN_A_ROW = 3
_LEFT_ALONE_S = 20.0
# After so many different texts were refused and none accepted, the request itself is wrong.
_REFUSED_TEXTS = 4
# These are about the text; every other refusal is about the server's address, the key or the voice.
_ABOUT_THE_TEXT = (400, 413, 422)
_HEADERS = {"User-Agent": "mujaz", "Accept": "audio/*", "Accept-Encoding": "identity"}
_KEY = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class Account:
    """The server of a voice and how it is spoken to.

    Attributes:
        voice: Name of the voice, for errors and the count of characters.
        url: Address of the speech endpoint.
        key: Sent as bearer token; empty for none. Never shown.
        key_env: Environment variable that it comes from.
        private: Whether the server may have a private address.
        timeout_s: Time limit of one attempt.
        retries: Further attempts after failures that may pass.
        max_chars: Most characters of a run.
    """

    voice: str
    url: str
    key: str
    key_env: str
    private: bool
    timeout_s: float
    retries: int
    max_chars: int

    @property
    def where(self) -> str:
        """The place that errors name."""
        return f"voice {self.voice}"

    def hidden(self, text: str) -> str:
        """Remove the key from a text of the server, which may repeat it."""
        return text.replace(self.key, "…") if self.key else text

    def __repr__(self) -> str:
        return f"Account({self.voice!r}, {shown(self.url)!r})"


def account_of(voice: Voice, settings: Mapping[str, float | str | bool | None]) -> Account:
    """Read the server of a voice from its settings and the environment.

    Raises:
        VoiceError: If the address is missing or wrong, or the key is missing or would be sent
            without encryption.
    """
    where = f"voice {voice.name}"
    base = str(settings["base_url"] or "").rstrip("/")
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise VoiceError(
            "base_url must be the http or https address of a speech server",
            where=where,
            hint='for example base_url = "https://api.openai.com/v1" under [settings]',
        )
    if parts.username or parts.password or parts.query:
        raise VoiceError(
            "base_url must hold no login and no parameters",
            where=where,
            hint="put the key into an environment variable, and its name into key_env",
        )
    key_env = str(settings["key_env"] or "")
    key = os.environ.get(key_env, "").strip() if key_env else ""
    if key_env and not _KEY.fullmatch(key):
        state = "holds characters that no key has" if key else "is not set"
        raise VoiceError(
            f"the environment variable {key_env} {state}",
            where=where,
            hint=f"put the key of the speech server into {key_env}",
        )
    private = bool(settings["allow_private"])
    if key and parts.scheme == "http" and not private:
        raise VoiceError(
            "the key would be sent without encryption",
            where=where,
            hint="use an https address, or set allow_private = true for a server of your own",
        )
    return Account(
        voice.name,
        f"{base}/audio/speech",
        key,
        key_env,
        private,
        float(settings["timeout_s"] or 0),
        int(settings["retries"] or 0),
        int(settings["max_chars"] or 0),
    )


class SpeechServer:
    """One speech server; threads may share it.

    Args:
        account: See :class:`Account`.
    """

    def __init__(self, account: Account) -> None:
        allowed = (urlsplit(account.url).netloc,) if account.private else ()
        self.account = account
        self._client = HttpClient(_HEADERS, allowed, max_redirects=0)
        self._lock = threading.Lock()
        self._failures = 0
        self._left_alone_until = 0.0
        self._has_spoken = False
        self._refused: dict[str, str] = {}

    def ask(self, text: str, request: Mapping[str, object]) -> tuple[bytes, str]:
        """Have a text spoken; return the sound and its media type.

        Args:
            text: The text, which is counted.
            request: All fields of the request, the text among them.

        Raises:
            EngineError: If the server refuses this text, or does not answer.
            VoiceError: If it refuses every text, or the run has sent all it may.
        """
        self._refuse_again(text)
        body = json.dumps(request, ensure_ascii=False).encode()
        until = time.monotonic() + _ATTEMPTS_SPAN * self.account.timeout_s
        try:
            answer = with_retries(self.account.retries, until, self._attempt, text, body)
        except PrivateAddressError as error:
            raise VoiceError(
                error.message,
                where=self.account.where,
                hint="if the server is yours, set allow_private = true under [settings]",
            ) from error
        except TransientError as error:
            self._note_failure()
            raise EngineError(
                f"the speech server did not speak: {self.account.hidden(error.message)}",
                where=self.account.where,
                hint="check that the server runs, or raise timeout_s under [settings]",
            ) from error
        except FetchError as error:
            raise VoiceError(
                f"the speech server cannot be used: {self.account.hidden(error.message)}",
                where=self.account.where,
                hint="check base_url under [settings] of the voice file",
            ) from error
        with self._lock:
            self._failures, self._has_spoken = 0, True
        return answer

    def _attempt(self, text: str, body: bytes) -> tuple[bytes, str]:
        account = self.account
        headers = {"Content-Type": "application/json"}
        if account.key:
            headers["Authorization"] = f"Bearer {account.key}"
        budget.spend(account.voice, len(text), account.max_chars)
        until = time.monotonic() + account.timeout_s
        with self._client.open(
            account.url, until, method="POST", content=body, prepare=lambda at: headers
        ) as response:
            try:
                response.require((200,))
            except TransientError:
                budget.spend(account.voice, -len(text), account.max_chars)
                raise
            except StatusError as error:
                budget.spend(account.voice, -len(text), account.max_chars)
                self._refusal(text, error.status, response)
            return response.body(_MOST_BYTES), response.headers.get("content-type", "")

    def _refusal(self, text: str, status: int, response: Response) -> None:
        """Raise the error for a status that no retry will change."""
        told = self.account.hidden(excerpt(response.body(_MOST_ERROR_BYTES, cut=True)))
        message = f"the speech server refused (status {status})" + (f": {told}" if told else "")
        if status in _ABOUT_THE_TEXT:
            with self._lock:
                self._refused[text] = message
                about_the_text = self._has_spoken or len(self._refused) < _REFUSED_TEXTS
            if about_the_text:
                raise EngineError(message, where=text[:60])
        raise VoiceError(
            message,
            where=self.account.where,
            hint="check base_url, model and voice under [settings]"
            + (f", and the key in {self.account.key_env}" if self.account.key_env else ""),
        )

    def _refuse_again(self, text: str) -> None:
        """Raise an error without asking: for a refused text, and for a server that is down."""
        with self._lock:
            refused = self._refused.get(text, "")
            is_down = time.monotonic() < self._left_alone_until
        if refused:
            raise EngineError(refused, where=text[:60])
        if is_down:
            raise EngineError(
                "the speech server has failed several times and is left alone for a moment",
                where=self.account.where,
                hint="check that the server runs",
            )

    def _note_failure(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= _FAILURES_IN_A_ROW:
                self._failures = 0
                self._left_alone_until = time.monotonic() + _LEFT_ALONE_S
