"""The settings of ``mujaz.toml`` as frozen values, with their defaults and limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from mujaz.errors import ConfigError

DEFAULT_FILE = "mujaz.toml"
DEFAULT_BASE_URL = "http://127.0.0.1:8000/"
DEFAULT_VOICE = "espeak-ar"


BOUNDS, CHOICES = "bounds", "choices"
VOICE_PARTS = ("headlines", "body", "station")


def bounded(default: float, low: float, high: float) -> Any:
    """Declare a field whose value must lie between two bounds."""
    return field(default=default, metadata={BOUNDS: (low, high)})


def choice(default: str | bool | int, *allowed: str | bool | int) -> Any:
    """Declare a field whose value must be one of a list."""
    return field(default=default, metadata={CHOICES: allowed})


@dataclass(frozen=True, slots=True)
class ShowConfig:
    """``[show]``: what listeners see."""

    title: str = "موجز الأخبار"
    description: str = "نشرات إخبارية عربية مقروءة بصوت اصطناعي."
    link: str = ""
    base_url: str = ""
    language: str = "ar"
    author: str = "موجز"
    email: str = ""
    category: str = "News > Daily News"
    image: str = ""
    image_alt: str = ""
    copyright: str = ""
    license: str = ""
    update_frequency: str = "FREQ=DAILY"
    locked: bool = True
    hub: str = ""
    new_feed_url: str = ""
    explicit: bool = False
    commercial: bool = False
    timezone: str = "UTC"
    keep: int = bounded(60, 1, 100_000)
    keep_days: int = bounded(0, 0, 100_000)
    keep_media_days: int = bounded(7, 0, 100_000)
    # With descriptions at their limit, 90 episodes still make less than a megabyte.
    page: int = bounded(60, 1, 90)
    sections: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TextConfig:
    """``[text]``: how the article is read."""

    months: str = choice("both", "levant", "egypt", "maghreb", "both")
    # Numbers are always read in words; the key is accepted for the files that name it.
    digits: str = choice(
        "words",
        "words",
    )
    diacritizer: str = "rawi"
    lexicon: str = ""
    # true: at stops and paragraph ends; "commas": at commas too; false: full endings throughout.
    pausal: bool | str = choice(True, True, False, "commas")


@dataclass(frozen=True, slots=True)
class SpeechConfig:
    """``[speech]``: who reads it."""

    voice: str = DEFAULT_VOICE
    fallback: str = ""
    workers: int = bounded(0, 0, 256)
    cache: str = ""
    cache_mb: int = bounded(2000, 0, 10_000_000)


@dataclass(frozen=True, slots=True)
class AudioConfig:
    """``[audio]``: how it sounds.

    Attributes:
        opus_kbps: Bitrate of an additional Opus file beside the MP3; 0 for none.
    """

    loudness_lufs: float = bounded(-16.0, -40, -8)
    true_peak_dbtp: float = bounded(-1.0, -20, 0)
    bitrate_kbps: int = bounded(96, 32, 320)
    # RFC 7587, section 3.1.1: 16 to 20 for wideband speech, 28 to 40 for fullband speech, 48 to 64
    # for mono music; jingles and a bed are music.
    opus_kbps: int = choice(0, 0, 24, 32, 40, 48, 56, 64)
    intro: str = ""
    outro: str = ""
    stinger: str = ""
    bed: str = ""


@dataclass(frozen=True, slots=True)
class FetchConfig:
    """``[fetch]``: limits of what is fetched from the network.

    Attributes:
        timeout_s: Time limit of one attempt, from the first connection to the last byte.
        total_s: Time limit of all that a bulletin fetches, retries and waits included.
        max_bytes: Largest size of one answer, decompressed.
        allow_hosts: ``host`` or ``host:port`` that may be private or loopback.
        retries: Number of further attempts after a failure that may pass.
        robots: Whether robots.txt is asked before a page is fetched.
        cache: Folder of cached answers; the user's cache folder if empty.
    """

    timeout_s: float = bounded(20.0, 0.1, 3600)
    total_s: float = bounded(300.0, 1, 86_400)
    max_bytes: int = bounded(10_000_000, 1000, 2_000_000_000)
    allow_hosts: tuple[str, ...] = ()
    retries: int = bounded(2, 0, 10)
    max_redirects: int = bounded(5, 0, 20)
    robots: bool = True
    cache: str = ""


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """``[[bulletin.sources]]``: where stories come from.

    Attributes:
        url: A feed, or the page of one article.
        path: A file, a folder of files, or ``-``; instead of ``url``.
        section: Stories of a section stand together, in the order sections are first named.
        priority: 1 comes first and is kept when the bulletin is full; 9 is last.
        limit: Most stories from this source; 0 for no limit of its own.
        publisher: Who is credited; what the feed or page says of itself if empty.
        content: ``page`` fetches every article's page, ``feed`` takes the text in the feed,
            ``auto`` fetches the page unless the feed holds a whole article.
    """

    url: str = ""
    path: str = ""
    section: str = ""
    priority: int = bounded(5, 1, 9)
    limit: int = bounded(0, 0, 1000)
    publisher: str = ""
    content: str = choice("auto", "auto", "page", "feed")


@dataclass(frozen=True, slots=True)
class BulletinConfig:
    """``[bulletin]``: the daily bulletin.

    ``title`` to ``sign_off`` are templates (:mod:`mujaz.bulletin.lines` lists what they may
    name); an empty one is left out, except that the disclosure is always read.

    Attributes:
        edition: Tells several bulletins of one day apart; one configuration file each.
        since: ``last`` for what is new since the last bulletin, or a number of hours.
        min_words: What is shorter is no story.
        paragraphs: Most paragraphs read of a story; 0 for all.
        hijri: Whether the Hijri date (Umm al-Qura) is read too; ``hijri_adjust`` moves it by days
            where the month began on another evening.
        voices: Names for ``headlines``, ``body`` and ``station``.
    """

    title: str = "نشرة {date}"
    edition: str = ""
    max_stories: int = bounded(12, 1, 1000)
    max_minutes: float = bounded(15.0, 0.5, 1440)
    since: str | int = "last"
    min_words: int = bounded(30, 0, 10_000)
    paragraphs: int = bounded(0, 0, 1000)
    headlines: bool = True
    hijri: bool = False
    hijri_adjust: int = bounded(0, -2, 2)
    greeting: str = (
        "{{ hello }}. أهلًا بكم في {{ show }}، اليومَ {{ date }}"
        "{% if hijri %}، الموافقَ {{ hijri }}{% endif %}."
    )
    headlines_line: str = "وهذه أبرز العناوين:"
    details_line: str = "وإلى تفاصيل النشرة."
    section_line: str = ""
    credit: str = "{% if publisher %}نقلًا عن {{ publisher }}.{% endif %}"
    disclosure: str = "تُقرأ هذه النشرةُ بصوتٍ اصطناعيّ."
    sign_off: str = "بهذا نَصِلُ إلى ختام النشرة. شكرًا لحسن استماعكم، وإلى اللقاء."
    voices: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[SourceConfig, ...] = ()


@dataclass(frozen=True, slots=True)
class PublishConfig:
    """``[publish]``: copying the show to where it is served.

    Attributes:
        sftp_host_keys: Fingerprints (``SHA256:…``) of the host keys that are accepted; the user's
            ``known_hosts`` decides if empty.
    """

    sftp_host_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Config:
    """All settings.

    Attributes:
        home: Folder that relative paths are resolved against.
        path: The file it was read from, or None.
    """

    show: ShowConfig = ShowConfig()
    text: TextConfig = TextConfig()
    speech: SpeechConfig = SpeechConfig()
    audio: AudioConfig = AudioConfig()
    fetch: FetchConfig = FetchConfig()
    bulletin: BulletinConfig = BulletinConfig()
    publish: PublishConfig = PublishConfig()
    home: Path = Path()
    path: Path | None = None


SECTIONS: Mapping[str, type[Any]] = {
    "show": ShowConfig,
    "text": TextConfig,
    "speech": SpeechConfig,
    "audio": AudioConfig,
    "fetch": FetchConfig,
    "bulletin": BulletinConfig,
    "publish": PublishConfig,
}


def timezone(config: Config) -> ZoneInfo:
    """Parse the show's time zone.

    Raises:
        ConfigError: If the name is not in the IANA database.
    """
    name = config.show.timezone
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ConfigError(
            f"unknown time zone {name!r}", where="show.timezone", hint="use a name like Asia/Beirut"
        ) from error
