"""Hearing: a text, a sentence, a story or a whole draft, from the clip cache where it can."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mujaz.arabic.marks import shadda_first
from mujaz.desk.editing.scripts import said_lines, script_of_content
from mujaz.desk.services.context import Context
from mujaz.desk.store.drafts import Drafts as Store
from mujaz.desk.values import InvalidError, NotFoundError
from mujaz.domain import PART_OF_KIND, Script, Sentence
from mujaz.pipeline.kept_sounds import with_kept_sounds
from mujaz.pipeline.say import play_recording, say_sentences, sentences_of_text

MOST_CHARS = 2000


class Sound:
    """Speaks."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = Store(context.database)

    def say(self, text: str = "", spoken: str = "", voice: str = "", *, mp3: bool = False) -> bytes:
        """Speak a text, or a vocalised line as it is.

        Args:
            text: Arabic text, which is read as in a draft.
            spoken: A vocalised line; instead of ``text``.
            voice: Name of the voice; the configured one if empty.
            mp3: Whether to return MP3 instead of WAV.

        Raises:
            InvalidError: If neither or both are given, or it is too long.
            MujazError: If it cannot be spoken.
        """
        if bool(text.strip()) == bool(spoken.strip()):
            raise InvalidError("give either text or spoken", where="text", hint="one of the two")
        if len(text) + len(spoken) > MOST_CHARS:
            raise InvalidError(
                f"longer than {MOST_CHARS} characters", where="text", hint="say a part of it"
            )
        with self._context.speaking_lock:
            line = shadda_first(" ".join(spoken.split()))
            sentences = (
                [Sentence(line, line)] if line else sentences_of_text(text, self._context.reading())
            )
            return say_sentences(sentences, self._context.config, voice=voice, mp3=mp3)

    def sentence(self, name: str, number: int, *, mp3: bool = False) -> bytes:
        """Speak a sentence of a draft in its voice.

        Raises:
            NotFoundError: If there is no such draft or sentence.
            MujazError: If it cannot be spoken.
        """
        content = self._store.read(name).content
        line = content.line(number)
        if line is None:
            raise NotFoundError(f"there is no sentence {number} in this draft", hint="reload it")
        story = content.story(line.block)
        own = line.voice or (story.voice if story else "")
        voice = own or content.voices.get(PART_OF_KIND.get(line.kind, "body"), "")
        sentence = Sentence(
            line.text, line.spoken, line.kind, pause_ms=line.pause_ms, sound=line.sound
        )
        if line.sound is not None:
            kept = with_kept_sounds(Script("", (), (sentence,)), self._context.root)
            return play_recording(kept.sentences[0], self._context.config, mp3=mp3)
        with self._context.speaking_lock:
            return say_sentences([sentence], self._context.config, voice=voice, mp3=mp3)

    def story(self, name: str, number: int) -> Iterator[bytes]:
        """Speak a story of a draft, or its opening or closing, as MP3 in pieces.

        Raises:
            NotFoundError: If there is no such draft or story.
        """
        content = self._store.read(name).content
        numbers = [line.number for line in said_lines(content) if line.block == number]
        if not numbers:
            raise NotFoundError(f"there is no story {number} in this draft", hint="reload it")
        return self._pieces(name, numbers)

    def whole(self, name: str, start: int = 0) -> Iterator[bytes]:
        """Speak a draft as MP3 in pieces, from a sentence on.

        Raises:
            NotFoundError: If there is no such draft or sentence.
        """
        numbers = [line.number for line in said_lines(self._store.read(name).content)]
        if start and start not in numbers:
            raise NotFoundError(f"there is no sentence {start} in this draft", hint="reload it")
        return self._pieces(name, numbers[numbers.index(start) if start else 0 :])

    def script(self, name: str, revision: int | None = None) -> Script:
        """The script of a draft."""
        return script_of_content(self._store.read(name, revision).content)

    def _pieces(self, name: str, numbers: Sequence[int]) -> Iterator[bytes]:
        # Each sentence is a whole MP3; players play files that follow each other as one.
        for number in numbers:
            yield self.sentence(name, number, mp3=True)
