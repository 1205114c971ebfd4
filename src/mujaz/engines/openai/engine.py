"""The engine of speech servers: one request a piece of a line, and a clip of the answers."""

from __future__ import annotations

import threading
from importlib.metadata import version

from mujaz.arabic.clauses import split_clauses
from mujaz.arabic.letters import has_arabic
from mujaz.arabic.marks import shadda_first, strip_marks
from mujaz.domain import Clip, Voice
from mujaz.engines.alphabet import refuse_signs
from mujaz.engines.lines import PIECE_PAUSE_S, fingerprint
from mujaz.engines.openai import budget
from mujaz.engines.openai.server import Account, SpeechServer, account_of
from mujaz.engines.openai.sound import FORMATS, decode
from mujaz.engines.settings import Choice, Flag, Number, Rule, read_settings
from mujaz.errors import EngineError
from mujaz.network.client import shown

_SETTINGS: dict[str, Rule] = {
    "base_url": Choice(),
    "model": Choice(default="tts-1"),
    "voice": Choice(default="alloy"),
    "format": Choice(FORMATS, "wav"),
    "instructions": Choice(),
    "speed": Number(0.25, 4.0, 1.0),
    "marks": Choice(("shadda-first", "none"), "shadda-first"),
    "key_env": Choice(),
    "allow_private": Flag(),
    # The protocol's limit is 4,096 (OpenAI, "Create speech", input); small models need less.
    "max_request_chars": Number(20, 4096, 600, whole=True),
    "max_chars": Number(1, 100_000_000, 200_000, whole=True),
    "timeout_s": Number(0.1, 600, 60.0),
    "retries": Number(0, 10, 3, whole=True),
}


class OpenAIEngine:
    """Speaks with a server that understands ``POST /audio/speech`` of the OpenAI protocol.

    The text of a line is sent to the server that the voice file names, and nowhere else. Threads
    may share an engine.
    """

    name = "openai"
    version = "1"
    max_chars = 4000
    neural = True
    silent_settings = ("key_env", "allow_private", "max_chars", "timeout_s", "retries")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._servers: dict[Account, SpeechServer] = {}
        self._rates: dict[str, int] = {}

    def describe(self) -> str:
        """Return the version of the HTTP library."""
        return f"httpx {version('httpx')}"

    @staticmethod
    def notice(voice: Voice) -> str:
        """Tell where the text of this voice goes."""
        settings = read_settings(voice, _SETTINGS)
        return (
            f"the text that it speaks is sent to {shown(str(settings['base_url']))} "
            f"(model {settings['model']}, voice {settings['voice']})"
        )

    def check(self, voice: Voice) -> None:
        """Check the settings and the key, and start a new count of characters; send nothing.

        Raises:
            VoiceError: If a setting is wrong or the key is not set.
        """
        account_of(voice, read_settings(voice, _SETTINGS))
        budget.begin(voice.name)

    def memory_mb(self, voice: Voice) -> int:
        """Estimate the memory of a process in MB; several processes wait for the server at once."""
        return 150

    def fingerprint(self, voice: Voice) -> str:
        """Hash everything besides the text that changes the sound, as far as it is known here."""
        settings = read_settings(voice, _SETTINGS)
        sounding = {k: v for k, v in settings.items() if k not in self.silent_settings}
        return fingerprint(self.version, (), voice, sounding)

    def speak(self, text: str, voice: Voice) -> Clip:
        """Have one line spoken.

        Args:
            text: Vocalised Arabic. A text longer than the voice's ``max_request_chars`` is sent
                clause by clause.
            voice: Names the server.

        Raises:
            EngineError: If the line cannot be spoken, or the server does not answer.
            VoiceError: If the server cannot be used, or the run has sent all it may.
        """
        refuse_signs(text)
        settings = read_settings(voice, _SETTINGS)
        server = self._server(account_of(voice, settings))
        line = strip_marks(text) if settings["marks"] == "none" else shadda_first(text)
        sounds: list[bytes] = []
        for piece in split_clauses(line, int(settings["max_request_chars"] or 1)):
            if has_arabic(piece):
                answer = server.ask(piece, _request(piece, settings))
                pcm, rate = decode(*answer, str(settings["format"]), voice)
                self._require_same_rate(rate, voice)
                sounds.append(pcm)
        if not sounds:
            raise EngineError("nothing in this sentence can be spoken", where=text[:60])
        return Clip(bytes(2 * round(PIECE_PAUSE_S * rate)).join(sounds), rate)

    def _server(self, account: Account) -> SpeechServer:
        with self._lock:
            if account not in self._servers:
                self._servers[account] = SpeechServer(account)
            return self._servers[account]

    def _require_same_rate(self, rate: int, voice: Voice) -> None:
        """Raise EngineError if a voice without a stated rate changes it within a run."""
        with self._lock:
            first = self._rates.setdefault(voice.name, rate)
        if rate != first:
            raise EngineError(
                f"the speech server sent sound of {rate} Hz after {first} Hz",
                where=f"voice {voice.name}",
                hint="state sample_rate in the voice file",
            )


def _request(piece: str, settings: dict[str, float | str | bool | None]) -> dict[str, object]:
    """Return the fields of a request; those that only some servers know are left out if unset."""
    request: dict[str, object] = {
        "model": settings["model"],
        "input": piece,
        "voice": settings["voice"],
        "response_format": settings["format"],
    }
    if settings["speed"] != 1.0:
        request["speed"] = settings["speed"]
    if settings["instructions"]:
        request["instructions"] = settings["instructions"]
    return request
