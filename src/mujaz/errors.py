"""The errors of mujaz, as one tree.

::

    MujazError
    ├── ConfigError           mujaz.toml or an environment override
    ├── SourceError           an article could not be read
    │   ├── FetchError        ... from the network
    │   └── NoArticleError    ... because it holds no article
    ├── TextError             a text could not be made into a script
    │   ├── DiacritizerError  there is no such diacritizer: ends the run
    │   └── DiacritizationError  one text could not be diacritized: costs its story
    ├── VoiceError            a voice or its engine cannot be used: ends the run
    │   └── DownloadError     a voice's file could not be fetched
    ├── EngineError           one sentence could not be spoken: it is tried again, then left out
    ├── MissingPackageError   an optional package is not installed
    ├── CacheError            the clip cache cannot be used as asked
    ├── ClusterError          the workers of a cluster cannot be used: ends the run
    ├── AudioError            clips could not be made into a recording
    ├── ArtworkError          a picture cannot be used as the cover
    ├── PublishError          the show folder could not be written or is damaged
    └── ServerError           the show folder could not be served

Every error says what happened, where (file, line or sentence), and one thing to do.
The command line prints the first two after ``Error:`` and the last after ``Hint:``.
"""


class MujazError(Exception):
    """Base of all errors that a user can do something about.

    Args:
        message: What happened, in one sentence without a final stop.
        where: File, line or sentence concerned; empty if there is none.
        hint: One thing to do about it; empty if there is none.
    """

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message

    def __reduce__(self) -> tuple[object, ...]:
        # Worker processes return errors pickled; keyword-only parameters need this.
        return (_rebuild, (type(self), self.message, self.where, self.hint))


def _rebuild(kind: type[MujazError], message: str, where: str, hint: str) -> MujazError:
    return kind(message, where=where, hint=hint)


class ConfigError(MujazError):
    """The configuration cannot be used."""


class SourceError(MujazError):
    """An article could not be read."""


class FetchError(SourceError):
    """An article could not be fetched from the network."""


class NoArticleError(SourceError):
    """A source holds no Arabic article."""


class TextError(MujazError):
    """A text could not be turned into a script."""


class DiacritizerError(TextError):
    """A diacritizer is unknown or cannot be loaded."""


class DiacritizationError(TextError):
    """A diacritizer failed on one text; it may do well on others."""


class VoiceError(MujazError):
    """A voice or its engine is unknown, incomplete, or may not be used here."""


class EngineError(MujazError):
    """An engine could not speak one sentence; other sentences may go well.

    Not a :class:`VoiceError`: that one says that no sentence can be spoken.
    """


class DownloadError(VoiceError):
    """A file of a voice could not be fetched, or is not what it should be."""


class MissingPackageError(MujazError):
    """An optional package is not installed."""


def installing(extra: str) -> str:
    """Say what installs an extra, for hints.

    mujaz is on no package index: an extra is installed from where mujaz itself was.
    """
    what = f".[{extra}]" if extra else "."
    return f"pip install '{what}' in mujaz's source folder"


class CacheError(MujazError):
    """The clip cache cannot be used as asked."""


class ClusterError(MujazError):
    """The scheduler or the workers of a cluster cannot be used."""


class AudioError(MujazError):
    """Clips could not be made into a recording."""


class ArtworkError(MujazError):
    """A picture cannot be used as the cover."""


class PublishError(MujazError):
    """The show folder could not be written, or a file in it is damaged."""


class ServerError(MujazError):
    """The show folder could not be served."""
