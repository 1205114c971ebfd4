"""From sources to a published episode: the stages in order."""

from __future__ import annotations

import hashlib
import json
import os
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mujaz import __version__, speech
from mujaz.arabic.letters import has_arabic
from mujaz.catalog import find_voice, is_installed
from mujaz.config import Config, timezone
from mujaz.diacritizers import guard_for
from mujaz.domain import (
    Article,
    Chapter,
    Clip,
    Episode,
    Kind,
    Recording,
    Script,
    Sentence,
    Show,
    Voice,
)
from mujaz.errors import MujazError, SourceError, TextError, VoiceError
from mujaz.ingest import read_source
from mujaz.plugins import Engine, load_engine
from mujaz.publish.library import Shelved, ShowFolder
from mujaz.report import Report, StoryReport
from mujaz.speech import Cast, Failure
from mujaz.text.article import clean
from mujaz.text.script import Reading, build_script

if TYPE_CHECKING:
    from mujaz.audio.assembly import Spoken

DISCLOSURE = "يُقرأ هذا الخبرُ بصوتٍ اصطناعيّ."
_SUMMARY_CHARS = 300
_GUID_SPACE = uuid.UUID("6c6f8c9e-6a0e-5f0b-9a43-7d1f3f6f0c11")


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line adds to the configuration; empty values leave it as it is."""

    voice: str = ""
    title: str = ""
    day: date | None = None
    replaces: str = ""
    keep_stages: Path | None = None
    workers: int | None = None


@dataclass(slots=True)
class _Run:
    """One run's companions: what every stage may need and report to."""

    config: Config
    options: Options
    report: Report
    say: Callable[[str], None]
    voice: Voice
    engine: Engine
    seconds: dict[str, float] = field(default_factory=dict)


def make_episode(
    sources: Sequence[str],
    output: Path,
    config: Config,
    options: Options | None = None,
    *,
    report: Report | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> Report:
    """Make one episode of one or more articles and publish it in a show folder.

    Args:
        sources: Files, or ``-`` for standard input.
        output: The show folder.
        config: See :mod:`mujaz.config`.
        options: What overrides it.
        report: Filled in as the run goes; give one to read it after an error too.
        say: Told one human line at a time.

    Returns:
        The report; its ``episode`` is what was made or already there.

    Raises:
        MujazError: If nothing could be made; the show folder is then as it was.
    """
    report = report or Report()
    run = _start(config, options or Options(), report, say)
    script = read_script(sources, run)
    folder = ShowFolder(output)
    with folder.writing(lambda: say("another run is writing to this folder; waiting")) as workspace:
        show = folder.show(config.show)
        if not config.show.base_url:
            report.warnings.append(
                f"show.base_url is not set: media addresses begin with {show.base_url}"
            )
        guid, existing = _identity(script, folder, run)
        print_ = _fingerprint(script, show, run)
        if (
            existing
            and existing.episode.fingerprint == print_
            and folder.is_whole(existing.episode)
        ):
            say("unchanged: the episode is left as it is")
            with report.timed("publish"):
                folder.rebuild(show, workspace)
            report.add_existing(existing.episode, folder, show)
            return report
        recording = _record(script, workspace, run)
        keys = source_keys([story.source for story in script.stories], output)
        episode = _episode(script, recording, guid, existing, print_, run)
        stories = tuple(replace(s, source=k) for s, k in zip(script.stories, keys, strict=True))
        episode = replace(episode, stories=stories)
        with report.timed("publish"):
            _tag(recording, episode, show, existing, folder, run)
            episode = folder.add(episode, recording, show, workspace)
            folder.remove_old_media(config.show.keep_media_days)
        report.set_episode(episode, folder, show)
    return report


def plan_episode(
    sources: Sequence[str], config: Config, options: Options | None = None, *, report: Report
) -> Script:
    """The script that :func:`make_episode` would speak; nothing is spoken or written.

    Raises:
        MujazError: As :func:`make_episode`.
    """
    return read_script(sources, _start(config, options or Options(), report, lambda line: None))


def speak_text(text: str, config: Config, *, voice: str = "", mp3: bool = False) -> bytes:
    """Speak a text and give the audio file's bytes: WAV, or MP3.

    Raises:
        MujazError: If the text holds nothing to say or the voice cannot be used.
    """
    import tempfile

    from mujaz.audio.assembly import Mastering, Spoken, assemble
    from mujaz.audio.wav import wav_bytes
    from mujaz.text.sentences import split_sentences
    from mujaz.text.unicode import at_the_door

    run = _start(config, Options(voice=voice), Report(), lambda line: None)
    reading = _reading(config)
    texts = split_sentences(at_the_door(text))
    sentences = [
        Sentence(text, reading.spoken(text)) for text in texts if has_arabic(reading.spoken(text))
    ]
    if not sentences:
        raise TextError("there is nothing to say in this text", hint="give Arabic text")
    clips = [
        Spoken(s, speech.speak(s.spoken, run.voice, run.engine), run.voice.gain_db)
        for s in sentences
    ]
    if not mp3:
        return wav_bytes((_amplified(piece), piece.sentence.pause_ms) for piece in clips)
    with tempfile.TemporaryDirectory(prefix="mujaz-") as folder:
        audio = config.audio
        mastering = Mastering(audio.loudness_lufs, audio.true_peak_dbtp, audio.bitrate_kbps)
        return assemble(clips, Path(folder) / "say.mp3", mastering).path.read_bytes()


def _amplified(piece: Spoken) -> Clip:
    """A clip with its voice's gain: mastering, which else applies it, has no part in a WAV."""
    from mujaz.audio.pcm import amplify, from_clip

    return replace(piece.clip, pcm=amplify(from_clip(piece.clip), piece.gain_db).tobytes())


def estimated_minutes(script: Script, words_per_minute: int = 150) -> float:
    """How long a script will take to read, pauses included."""
    words = sum(len(sentence.spoken.split()) for sentence in script.sentences)
    pauses_ms = sum(sentence.pause_ms for sentence in script.sentences)
    return words / words_per_minute + pauses_ms / 60_000


def read_script(sources: Sequence[str], run: _Run) -> Script:
    """Ingest, clean and vocalize: the stages before any sound."""
    report = run.report
    articles: list[Article] = []
    for source in sources:
        try:
            with report.timed("ingest"):
                article = _article(source, run)
        except SourceError as error:
            report.stories.append(StoryReport("", source, status="failed", error=str(error)))
            if len(sources) == 1:
                raise
            run.say(f"left out: {error}")
            continue
        articles.append(article)
        report.stories.append(StoryReport(article.title, source))
    if not articles:
        raise SourceError("none of the sources could be read", hint="see the report: --json")
    with report.timed("diacritize"):
        script = build_script(
            articles,
            _reading(run.config),
            disclosure=DISCLOSURE,
            title=run.options.title,
            day=run.options.day,
        )
    good = [story for story in report.stories if story.status != "failed"]
    for index, story in enumerate(good):
        story.index = index
        story.sentences = sum(1 for s in script.sentences if s.story == index)
    _keep(run, "script.json", [asdict(sentence) for sentence in script.sentences])
    return script


def _reading(config: Config) -> Reading:
    """How the configuration reads text: its diacritizer, lexicon and pausal forms."""
    guard = guard_for(config)

    def diacritize(line: str) -> str:
        marked = guard.line(line)
        return guard.lexicon.respell(marked) if guard.lexicon else marked

    pausal = config.text.pausal
    return Reading(diacritize, config.text.months, bool(pausal), pausal == "commas")


def _start(config: Config, options: Options, report: Report, say: Callable[[str], None]) -> _Run:
    voice = find_voice(options.voice or config.speech.voice, config.home)
    if config.show.commercial and voice.commercial is False:
        raise VoiceError(
            f"the licence of voice {voice.name!r} forbids commercial use",
            hint="choose another voice, or set show.commercial = false",
        )
    if not is_installed(voice):
        raise VoiceError(
            f"voice {voice.name!r} is not installed",
            hint=f"run `mujaz voices install {voice.name}`",
        )
    timezone(config)
    return _Run(config, options, report, say, voice, load_engine(voice.engine))


def _article(source: str, run: _Run) -> Article:
    page = read_source(source)
    article = clean(page)
    where = "standard input" if source == "-" else source
    if not article.paragraphs and not article.title:
        raise SourceError(
            "no article found in this text", where=where, hint="try `mujaz text clean`"
        )
    if not any(has_arabic(text) for text in (article.title, *article.paragraphs)):
        raise SourceError("no Arabic text found", where=where, hint="mujaz reads Arabic articles")
    if not article.title:
        first = article.paragraphs[0]
        title = first[:80].rsplit(" ", 1)[0] + "…" if len(first) > 80 else first
        run.report.warnings.append(f"{where}: no headline found; the first words stand for it")
        article = replace(article, title=title)
    _keep(run, f"{len(run.report.stories):02d}.article.json", _fields(article))
    return article


def _fields(article: Article) -> dict[str, Any]:
    return {name: getattr(article, name) for name in article.__slots__}


def _identity(script: Script, folder: ShowFolder, run: _Run) -> tuple[str, Shelved | None]:
    """The episode's guid, and the episode that already bears it.

    From ``--replaces``, else from the stories' addresses, else from the recorded source path,
    else from title and date.
    """
    if run.options.replaces:
        existing = folder.find(run.options.replaces)
        if existing is None:
            raise MujazError(
                f"no episode has the guid {run.options.replaces!r}",
                where=str(folder.root),
                hint="guids stand in feed.xml",
            )
        return run.options.replaces, existing
    urls = [story.url for story in script.stories]
    if all(urls):
        guid = _guid("url", *urls)
        return guid, folder.find(guid)
    same_source = _by_source(script, folder)
    if same_source is not None:
        return same_source.episode.guid, same_source
    day = script.day.isoformat() if script.day else ""
    guid = _guid("title", script.title, day)
    return guid, folder.find(guid)


def _by_source(script: Script, folder: ShowFolder) -> Shelved | None:
    """The episode that was made from the same files.

    A file name that is used again for other news is told by its date, and by sharing no
    sentence with what it held before.
    """
    keys = source_keys([story.source for story in script.stories], folder.root)
    if not all(keys):
        return None
    ours = {sentence.text for sentence in script.sentences if sentence.story >= 0}
    for shelved in folder.shelf():
        episode = shelved.episode
        if [story.source for story in episode.stories] != keys:
            continue
        days = {story.day for story in episode.stories if story.day}
        if script.day and days and script.day not in days:
            continue
        theirs = {
            cue.sentence.text for cue in episode.cues if cue.sentence.kind is not Kind.STATION
        }
        if ours & theirs:
            return shelved
    return None


def source_keys(sources: Sequence[str], root: Path) -> list[str]:
    """What a manifest records of source paths: enough to know them again, nothing to read.

    Paths are taken relative to the show folder, so that a moved project still matches, and
    hashed, because manifests are public.
    """
    out: list[str] = []
    for source in sources:
        if source in ("", "-") or "://" in source:
            out.append("")
            continue
        relative = os.path.relpath(Path(source).resolve(), root.resolve())
        out.append(hashlib.sha256(relative.encode("utf-8", "surrogateescape")).hexdigest()[:16])
    return out


def _guid(*parts: str) -> str:
    return "urn:uuid:" + str(uuid.uuid5(_GUID_SPACE, "\n".join(parts)))


def _fingerprint(script: Script, show: Show, run: _Run) -> str:
    """Of everything that can be heard or read in the episode; equal means nothing to do."""
    voice = {name: getattr(run.voice, name) for name in run.voice.__slots__ if name != "home"}
    voice["settings"] = dict(run.voice.settings)
    data = {
        "script": [asdict(sentence) for sentence in script.sentences],
        "title": script.title,
        "stories": [[s.title, s.url, s.author] for s in script.stories],
        "day": script.day.isoformat() if script.day else "",
        "voice": voice,
        "engine": [run.engine.name, run.engine.version],
        "audio": asdict(run.config.audio),
        "show": [show.title, show.author, show.language],
    }
    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _record(script: Script, workspace: Path, run: _Run) -> Recording:
    from mujaz.audio.assembly import Mastering, Spoken, assemble

    audio = run.config.audio
    spent = 0.0

    def spoken() -> Iterator[Spoken]:
        nonlocal spent
        stream = _clips(script, run)
        while True:
            start = time.monotonic()
            piece = next(stream, None)
            spent += time.monotonic() - start
            if piece is None:
                return
            sentence, voice, clip = piece
            run.report.clips["made"] += 1
            if sentence.story >= 0:
                run.report.spoken(sentence.story)
            yield Spoken(sentence, clip, voice.gain_db)

    start = time.monotonic()
    mastering = Mastering(audio.loudness_lufs, audio.true_peak_dbtp, audio.bitrate_kbps)
    recording = assemble(spoken(), workspace / "episode.mp3", mastering)
    run.report.seconds["speech"] += spent
    run.report.seconds["audio"] += time.monotonic() - start - spent
    if not any(cue.sentence.story >= 0 for cue in recording.cues):
        raise MujazError("no sentence of the article could be spoken", hint="see `mujaz doctor`")
    return recording


def _clips(script: Script, run: _Run) -> Iterator[tuple[Sentence, Voice, Clip]]:
    """The script's clips; in this process unless workers are asked for.

    The embedded voice speaks a bulletin in less time than a process needs to start.
    """
    cast = Cast(run.voice, {})
    workers = run.config.speech.workers if run.options.workers is None else run.options.workers
    if workers < 2:
        engines = {run.engine.name: run.engine}
        return speech.speak_sentences(script.sentences, cast, engines, lambda f: _failed(f, run))

    def again(count: int) -> None:
        run.report.clips["retried"] += count
        run.say(f"a speech worker died; {count} sentences are spoken again")

    return speech.speak_in_workers(
        script.sentences, cast, workers, lambda f: _failed(f, run), on_again=again
    )


def _failed(failure: Failure, run: _Run) -> None:
    run.report.failed(failure.sentence.story, failure.error)
    run.say(f"not spoken: {failure.error}")


def _episode(
    script: Script,
    recording: Recording,
    guid: str,
    existing: Shelved | None,
    fingerprint: str,
    run: _Run,
) -> Episode:
    now = datetime.now(UTC).replace(microsecond=0)
    today = now.astimezone(timezone(run.config)).date()
    before = existing.episode if existing else None
    body = [s.text for s in script.sentences if s.kind is Kind.BODY]
    return Episode(
        guid=guid,
        title=script.title,
        summary=_shortened(" ".join(body[:2]) or script.title),
        day=script.day or (before.day if before else today),
        published=before.published if before else now,
        updated=now if before else None,
        media="",
        duration_s=recording.duration_s,
        size=0,
        sha256="",
        fingerprint=fingerprint,
        voice=run.voice.title,
        disclosure=f"{DISCLOSURE} ({run.voice.title}، {run.voice.engine})",
        stories=script.stories,
        chapters=_chapters(script, recording),
        cues=recording.cues,
    )


def _chapters(script: Script, recording: Recording) -> tuple[Chapter, ...]:
    """One chapter a story, starting inside the pause before it; what precedes is the opening."""
    chapters: list[Chapter] = []
    end_before = 0.0
    seen = -1
    for cue in recording.cues:
        if cue.sentence.story > seen:
            seen = cue.sentence.story
            # Some players seek to whole seconds only: a start within the pause cuts no word.
            start = max(end_before + 0.05, cue.start - 0.3) if chapters or end_before else 0.0
            chapters.append(
                Chapter(script.stories[seen].title, round(start, 3), script.stories[seen].url)
            )
        end_before = cue.end
    if chapters and chapters[0].start > 0:
        chapters.insert(0, Chapter("تنويه", 0.0))
    return tuple(chapters)


def _tag(
    recording: Recording,
    episode: Episode,
    show: Show,
    existing: Shelved | None,
    folder: ShowFolder,
    run: _Run,
) -> None:
    from mujaz.audio.tags import TagSet, write_tags

    older = [s for s in folder.shelf() if s.episode.guid != episode.guid]
    older = [s for s in older if s.episode.published <= episode.published]
    write_tags(
        recording.path,
        TagSet(
            title=episode.title,
            artist=show.author,
            album=show.title,
            day=datetime.combine(episode.day, datetime.min.time()),
            language=show.language,
            track=len(older) + 1,
            comment=f"{episode.summary}\n{episode.disclosure}",
            lyrics="\n".join(cue.sentence.text for cue in episode.cues),
            guid=episode.guid,
            duration_s=episode.duration_s,
            chapters=episode.chapters,
            encoder=f"mujaz {__version__}",
            link=show.link,
        ),
    )


def _shortened(text: str) -> str:
    return text if len(text) <= _SUMMARY_CHARS else text[:_SUMMARY_CHARS].rsplit(" ", 1)[0] + "…"


def _keep(run: _Run, name: str, data: Any) -> None:
    """Write a stage's result for a curious user."""
    folder = run.options.keep_stages
    if folder is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(data, ensure_ascii=False, indent=1, default=_plain)
        (folder / name).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise MujazError(
            f"the stages cannot be kept: {error.strerror}",
            where=str(folder),
            hint="check --keep-stages",
        ) from error


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return {name: getattr(value, name) for name in value.__slots__}
