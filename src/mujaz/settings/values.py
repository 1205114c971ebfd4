"""The settings of ``mujaz.toml`` as frozen values, with their defaults and limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from mujaz.errors import ConfigError
from mujaz.tables import read_texts

DEFAULT_FILE = "mujaz.toml"
DEFAULT_BASE_URL = "http://127.0.0.1:8000/"


_LINES = read_texts("mujaz.settings", "data/lines.tsv")
DEFAULT_TEXTS = read_texts("mujaz.settings", "data/defaults.tsv")
BOUNDS, CHOICES = "bounds", "choices"
VOICE_PARTS = ("headlines", "body", "station")
# Highest value of show.keep: more episodes than a show ever has.
MOST_KEPT = 10_000_000


def bounded(default: float, low: float, high: float) -> Any:
    """Declare a field whose value must lie between two bounds."""
    return field(default=default, metadata={BOUNDS: (low, high)})


def choice(default: str | bool | int, *allowed: str | bool | int) -> Any:
    """Declare a field whose value must be one of a list."""
    return field(default=default, metadata={CHOICES: allowed})


@dataclass(frozen=True, slots=True)
class ShowConfig:
    """``[show]``: what listeners see.

    Attributes:
        alexa: Whether the newest episodes are also a flash briefing for Alexa, ``alexa.json``.
        daisy: Whether each episode is also written as a DAISY 2.02 book with its audio.
        embed_on: Sites that may show the embedded player (``https://news.example``); ``*`` is
            every site. Written into its Content-Security-Policy as ``frame-ancestors``.
        epub: Whether each episode is also written as an EPUB book with its audio.
        listings: Pages of the show in directories (``spotify``), by key of the table of apps, or
            by a name that is shown.
        report: Where listeners report errors: a mail address, or the address of a form; no link
            is offered if empty.
    """

    title: str = DEFAULT_TEXTS["title"]
    description: str = DEFAULT_TEXTS["description"]
    link: str = ""
    base_url: str = ""
    language: str = "ar"
    author: str = DEFAULT_TEXTS["author"]
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
    keep: int = bounded(60, 1, MOST_KEPT)
    keep_days: int = bounded(0, 0, 100_000)
    keep_media_days: int = bounded(7, 0, 100_000)
    # With descriptions at their limit, 90 episodes still make less than a megabyte.
    page: int = bounded(60, 1, 90)
    embed_on: tuple[str, ...] = ("*",)
    listings: Mapping[str, str] = field(default_factory=dict)
    report: str = ""
    epub: bool = False
    daisy: bool = False
    alexa: bool = False
    sections: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TextConfig:
    """``[text]``: how the article is read."""

    months: str = choice("both", "levant", "egypt", "maghreb", "both")
    diacritizer: str = "rawi"
    lexicon: str = ""
    # Whether loose spelling (الى، وزارة الصحه) is read as the word that is meant.
    repair_spelling: bool = True
    # true: at stops and paragraph ends; "commas": at commas too; false: full endings throughout.
    pausal: bool | str = choice(True, True, False, "commas")


@dataclass(frozen=True, slots=True)
class SpeechConfig:
    """``[speech]``: who reads it.

    Attributes:
        voice: Name of the voice; the best that is installed if empty.
        fallback: A voice for a sentence that the first one fails; none if empty.
        ear: A faster-whisper model folder, or ``packages``, to listen to what neural voices said;
            none if empty.
        cache: Folder of clips and other results of earlier runs, or the address of a store of clips
            that several machines share (``s3://bucket/clips``), behind the user's own folder.
        cache_days: Age in days at which clips are removed from a shared store; 0 keeps them.
        cluster: Address of a Dask scheduler whose workers speak (``tls://host:8786``); this
            machine does if empty.
    """

    voice: str = ""
    fallback: str = ""
    ear: str = ""
    rate_wpm: int = bounded(0, 0, 400)
    workers: int = bounded(0, 0, 256)
    cluster: str = ""
    cache: str = ""
    cache_mb: int = bounded(2000, 0, 10_000_000)
    cache_days: int = bounded(90, 0, 36_500)


@dataclass(frozen=True, slots=True)
class ClusterConfig:
    """``[cluster]``: how the cluster of ``speech.cluster`` is reached and used.

    Attributes:
        ca: PEM file with the certificate of the cluster's own authority.
        certificate, key: PEM files that identify this machine.
        allow_plain: Whether an unencrypted connection to another machine is allowed. Whoever
            reaches such a cluster can run programs on it, and here.
        job_limit_s: Time limit of a sentence on a worker.
        send_mb: Largest size of a voice's files that are sent to a worker that lacks them.
        wait_s: Time limit for the scheduler to answer and to have a worker.
    """

    ca: str = ""
    certificate: str = ""
    key: str = ""
    allow_plain: bool = False
    job_limit_s: float = bounded(600.0, 1, 86_400)
    send_mb: int = bounded(500, 0, 100_000)
    wait_s: float = bounded(60.0, 1, 3600)


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
        interval_s: Seconds between two requests of ``mujaz archive`` to one site, unless its
            robots.txt asks for more.
        cache: Folder of cached answers; the user's cache folder if empty.
        page_rules: File with the newsroom's own rules for pages; none if empty.
    """

    timeout_s: float = bounded(20.0, 0.1, 3600)
    total_s: float = bounded(300.0, 1, 86_400)
    max_bytes: int = bounded(10_000_000, 1000, 2_000_000_000)
    allow_hosts: tuple[str, ...] = ()
    retries: int = bounded(2, 0, 10)
    max_redirects: int = bounded(5, 0, 20)
    robots: bool = True
    interval_s: float = bounded(1.0, 0, 3600)
    cache: str = ""
    page_rules: str = ""


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
        order: Which of its stories come first: ``feed`` (as the feed has them; the newest of a
            folder), ``newest``, ``oldest``, ``name`` (of the file, or the title).
        content: ``page`` fetches every article's page, ``feed`` takes the text in the feed,
            ``auto`` fetches the page unless the feed holds a whole article.
    """

    url: str = ""
    path: str = ""
    section: str = ""
    priority: int = bounded(5, 1, 9)
    limit: int = bounded(0, 0, 1000)
    publisher: str = ""
    order: str = choice("feed", "feed", "newest", "oldest", "name")
    content: str = choice("auto", "auto", "page", "feed")


@dataclass(frozen=True, slots=True)
class BulletinConfig:
    """``[bulletin]``: the daily bulletin.

    ``title`` to ``sign_off`` are templates (:mod:`mujaz.bulletin.lines` lists what they may
    name); an empty one is left out, except that the disclosure is always read.

    Attributes:
        edition: Tells several bulletins of one day apart; see ``editions``.
        label: Name of the edition as it is shown and said; ``edition`` itself if empty.
        image: A picture that its episodes have instead of the show's cover.
        time: Time of day that it refers to (``HH:MM``); the time of the run if empty.
        repeat: How stories are told that an earlier edition of the day told: ``whole``, ``brief``
            (the first paragraph) or ``skip``.
        since: ``last`` for what is new since the last bulletin, or a number of hours.
        min_words: What is shorter is no story.
        paragraphs: Most paragraphs read of a story; 0 for all.
        hijri: Whether the Hijri date (Umm al-Qura) is read too; ``hijri_adjust`` moves it by days
            where the month began on another evening.
        story_headlines: Whether a story's headline is read before it: ``auto`` leaves it out if the
            story's first sentence says the same.
        credits: Whether stories of one publisher that follow each other are credited once, after
            the last of them (``run``), or each (``each``). Each is in any case if ``stories`` is
            ``also``.
        voices: Names for ``headlines``, ``body`` and ``station``.
        editions: By name, the keys that differ in an edition.
    """

    title: str = _LINES["title"]
    edition: str = ""
    label: str = ""
    image: str = ""
    time: str = ""
    stories: str = choice("inside", "inside", "also")
    repeat: str = choice("brief", "whole", "brief", "skip")
    max_stories: int = bounded(12, 1, 1000)
    max_minutes: float = bounded(15.0, 0.5, 1440)
    since: str | int = "last"
    min_words: int = bounded(30, 0, 10_000)
    paragraphs: int = bounded(0, 0, 1000)
    headlines: bool = True
    hijri: bool = False
    hijri_adjust: int = bounded(0, -2, 2)
    story_headlines: str = choice("auto", "auto", "always", "never")
    credits: str = choice("run", "run", "each")
    date: str = "{{ weekday }} {{ day }} {{ month }} {{ year }}"
    greeting: str = _LINES["greeting"]
    disclosure_brief: str = _LINES["disclosure_brief"]
    correction_line: str = ""
    headlines_line: str = _LINES["headlines_line"]
    details_line: str = _LINES["details_line"]
    section_line: str = _LINES["section_line"]
    credit: str = _LINES["credit"]
    recording_line: str = _LINES["recording_line"]
    disclosure: str = _LINES["disclosure"]
    disclosure_recordings: str = _LINES["disclosure_recordings"]
    sign_off: str = _LINES["sign_off"]
    voices: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[SourceConfig, ...] = ()
    editions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PublishConfig:
    """``[publish]``: copying the show to where it is served.

    Attributes:
        sftp_host_keys: Fingerprints (``SHA256:…``) of the host keys that are accepted; the user's
            ``known_hosts`` decides if empty.
    """

    sftp_host_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HooksConfig:
    """``[hooks]``: commands that get the report on standard input, each as a list of words.

    Attributes:
        timeout_s: Time limit of a command.
    """

    published: tuple[str, ...] = ()
    corrected: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    timeout_s: float = bounded(60.0, 0.1, 3600)


EVENTS = ("published", "corrected", "withdrawn", "failed")


@dataclass(frozen=True, slots=True)
class WebhookConfig:
    """``[[desk.webhooks]]``: addresses that are told what happens on air.

    Attributes:
        url: Gets a POST with a JSON object.
        events: Which of ``published``, ``corrected``, ``withdrawn`` and ``failed`` it is told.
        secret_env: Environment variable with the secret that messages are signed with.
    """

    url: str = ""
    events: tuple[str, ...] = EVENTS
    secret_env: str = ""


@dataclass(frozen=True, slots=True)
class DeskConfig:
    """``[desk]``: the editors' web application.

    Attributes:
        hosts: Names that it is reached by, as ``host`` or ``host:port``; beside this machine's own.
    """

    hosts: tuple[str, ...] = ()
    webhooks: tuple[WebhookConfig, ...] = ()


@dataclass(frozen=True, slots=True)
class PausesConfig:
    """``[pauses]``: silence after a line in milliseconds, by its kind.

    Attributes:
        paragraph: After the last sentence of a paragraph.
        story: After the last line of a story.
    """

    station: int = bounded(700, 0, 10_000)
    headline: int = bounded(800, 0, 10_000)
    dateline: int = bounded(700, 0, 10_000)
    body: int = bounded(350, 0, 10_000)
    teaser: int = bounded(600, 0, 10_000)
    credit: int = bounded(350, 0, 10_000)
    sound: int = bounded(650, 0, 10_000)
    paragraph: int = bounded(650, 0, 10_000)
    story: int = bounded(1200, 0, 10_000)


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
    cluster: ClusterConfig = ClusterConfig()
    audio: AudioConfig = AudioConfig()
    fetch: FetchConfig = FetchConfig()
    bulletin: BulletinConfig = BulletinConfig()
    publish: PublishConfig = PublishConfig()
    hooks: HooksConfig = HooksConfig()
    pauses: PausesConfig = PausesConfig()
    desk: DeskConfig = DeskConfig()
    home: Path = Path()
    path: Path | None = None


SECTIONS: Mapping[str, type[Any]] = {
    "show": ShowConfig,
    "text": TextConfig,
    "speech": SpeechConfig,
    "cluster": ClusterConfig,
    "audio": AudioConfig,
    "fetch": FetchConfig,
    "bulletin": BulletinConfig,
    "publish": PublishConfig,
    "hooks": HooksConfig,
    "pauses": PausesConfig,
    "desk": DeskConfig,
}


def with_edition(config: Config, name: str) -> Config:
    """The settings of an edition: those of ``[bulletin]`` with its own over them.

    Args:
        config: All settings.
        name: Name of the edition; empty for the bulletin itself.

    Raises:
        ConfigError: If there is no such edition.
    """
    if not name:
        return config
    editions = config.bulletin.editions
    if name not in editions:
        close = get_close_matches(name, editions, n=1)
        known = ", ".join(editions) or "none; write [bulletin.editions.NAME]"
        raise ConfigError(
            f"unknown edition {name!r}",
            where=str(config.path or "bulletin.editions"),
            hint=f"did you mean {close[0]!r}?" if close else f"known: {known}",
        )
    own = {**editions[name], "edition": name}
    return replace(config, bulletin=replace(config.bulletin, **own))


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
