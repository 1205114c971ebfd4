"""Episodes, voices, sources, and the first screen."""

from __future__ import annotations

from urllib.parse import quote

from mujaz.bulletin.health import NAME as HEALTH
from mujaz.bulletin.health import read_health
from mujaz.desk.services.context import Context
from mujaz.desk.services.jobs import JobService
from mujaz.desk.store.drafts import Drafts as DraftStore
from mujaz.desk.store.log import PAGE_ROWS
from mujaz.desk.values import (
    EpisodeRow,
    NotFoundError,
    Page,
    SourceState,
    TodayView,
    VoiceRow,
)
from mujaz.domain import Voice
from mujaz.pipeline.withdrawn_titles import withdrawn_titles
from mujaz.publish.folder.manifest import StoredEpisode
from mujaz.publish.folder.snapshot import Snapshot, read_snapshot

_MOST_TITLE = 200


class ShowService:
    """The show of a desk."""

    def __init__(self, context: Context, jobs: JobService) -> None:
        self._context = context
        self._jobs = jobs
        self._drafts = DraftStore(context.database)
        self._cover: tuple[object, bytes] | None = None

    def today(self) -> TodayView:
        """The newest episode, drafts, running jobs, and the sources with their health."""
        config = self._context.config
        episodes = read_snapshot(self._context.root)
        newest = _episode_row(episodes.episodes[0], episodes) if episodes.episodes else None
        return TodayView(
            newest,
            self._drafts.page().items,
            self._jobs.page(running=True).items,
            config.bulletin.max_minutes,
            self._sources(),
            tuple(config.bulletin.editions),
            self._wanted_voice(),
        )

    def episodes(self, query: str = "", number: int = 1) -> Page[EpisodeRow]:
        """One page of the episodes whose title or stories hold a text, the newest first."""
        rows = [row for row in self._rows() if _holds(row, query)]
        pages = max(1, -(-len(rows) // PAGE_ROWS))
        number = min(max(number, 1), pages)
        some = rows[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]
        return Page(tuple(some), number, pages, len(rows))

    def episode(self, guid: str) -> EpisodeRow:
        """A published or withdrawn episode.

        Raises:
            NotFoundError: If there is none.
        """
        found = next((row for row in self._rows() if row.guid == guid), None)
        if found is None:
            raise NotFoundError(
                f"no episode has the guid {guid[:80]!r}", hint="see the list of episodes"
            )
        return found

    def voices(self) -> list[VoiceRow]:
        """The voices of the catalog by name."""
        from mujaz.voices.catalog import voices

        found = voices(self._context.config.home)
        return [voice_row(found[name]) for name in sorted(found)]

    def cover(self, title: str = "") -> bytes:
        """The show's cover as a JPEG, drawn anew only when title or picture have changed.

        Args:
            title: Gives the cover that the show would have with this title; empty for its own.
        """
        from mujaz.artwork.cover import feed_cover

        config = self._context.config
        picture = config.home / config.show.image if config.show.image else None
        if picture is not None and ("://" in config.show.image or not picture.is_file()):
            picture = None
        if title and title != config.show.title:
            return feed_cover(title[:_MOST_TITLE], picture)
        key = (config.show.title, picture, picture.stat().st_mtime_ns if picture else 0)
        if self._cover is None or self._cover[0] != key:
            self._cover = (key, feed_cover(config.show.title, picture))
        return self._cover[1]

    def _rows(self) -> list[EpisodeRow]:
        snapshot = read_snapshot(self._context.root)
        on_air = [_episode_row(stored, snapshot) for stored in snapshot.episodes]
        titles = withdrawn_titles(self._context.root)
        gone = [
            EpisodeRow(
                stone.guid,
                titles.get(stone.guid, ""),
                stone.retracted.date().isoformat(),
                "withdrawn",
                0.0,
            )
            for stone in snapshot.tombstones
        ]
        return on_air + gone

    def _sources(self) -> tuple[SourceState, ...]:
        health = read_health(self._context.private / HEALTH)
        error = str(health.get("error", ""))
        last = str(health.get("last_success") or "")
        return tuple(
            SourceState(
                source.publisher or source.url or source.path,
                not error,
                last,
                error,
            )
            for source in self._context.config.bulletin.sources
        )

    def _wanted_voice(self) -> VoiceRow | None:
        from mujaz.voices.defaults import suggested_voice

        config = self._context.config
        if config.speech.voice:
            return None
        voice = suggested_voice(config.home, commercial=config.show.commercial)
        return voice_row(voice) if voice else None


def voice_row(voice: Voice) -> VoiceRow:
    """A voice as a row."""
    from mujaz.voices.catalog import is_installed

    return VoiceRow(
        voice.name,
        voice.title,
        voice.engine,
        voice.gender,
        voice.licence,
        voice.commercial,
        is_installed(voice),
        voice.size,
    )


def _episode_row(stored: StoredEpisode, snapshot: Snapshot) -> EpisodeRow:
    episode = stored.episode
    state = "corrected" if episode.updated else "published"
    return EpisodeRow(
        episode.guid,
        episode.title,
        episode.day.isoformat(),
        state if snapshot.is_whole(episode) else "incomplete",
        round(episode.duration_s, 3),
        tuple(story.title for story in episode.stories),
        f"show/episodes/{quote(stored.folder)}/",
        f"show/media/{quote(episode.media)}",
        episode.key,
    )


def _holds(row: EpisodeRow, query: str) -> bool:
    words = query.split()
    text = " ".join((row.title, row.date, row.guid, *row.stories))
    return all(word in text for word in words)
