"""Take stories out of a published episode, which is corrected without asking its sources."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from mujaz.bulletin.replanning import replanned
from mujaz.domain import Episode, Script
from mujaz.errors import PublishError
from mujaz.pipeline.episode import publish_script
from mujaz.pipeline.read import cached_reading
from mujaz.pipeline.show_folder import resolved_episode
from mujaz.pipeline.stored_script import pulled_story, stored_script
from mujaz.pipeline.stories import story_index
from mujaz.pipeline.voices import voices_of_script
from mujaz.pipeline.wording import disclosure_of
from mujaz.publish.folder.snapshot import read_snapshot, require_show_folder
from mujaz.report import Report, StoryReport
from mujaz.settings.values import Config
from mujaz.text.script import Reading


def retract_story(
    name: str,
    story: str,
    output: Path,
    config: Config,
    report: Report | None = None,
    *,
    reason: str = "",
) -> Report:
    """Take one story out of a published episode, which is corrected without asking its sources.

    Args:
        name: Guid of the episode, ``today`` or ``latest``.
        story: The story's number, its address, or words of its title.
        output: The show folder.
        config: See :mod:`mujaz.settings.values`.
        report: Filled in as the run goes on.
        reason: Stated where the episode is described.

    Raises:
        MujazError: If there is no such episode or story, it is the only one, or the episode cannot
            be made; the show folder is then as it was.
    """
    report = report or Report()
    require_show_folder(output)
    episode = resolved_episode(name, read_snapshot(output), config)
    index = story_index(story, [(s.title, s.url) for s in episode.stories], episode.title)
    if len(episode.stories) == 1:
        raise PublishError(
            "this is the only story of the episode",
            where=episode.title,
            hint=f"withdraw the episode: mujaz show retract {episode.guid}",
        )
    with cached_reading(config) as how:
        script = script_without(episode, (index,), config, how)
    for place, kept in enumerate(script.stories):
        count = sum(1 for sentence in script.sentences if sentence.story == place)
        report.stories.append(StoryReport(kept.title, kept.url or kept.title, count, index=place))
    voices = voices_of_script(script, config)
    pulled = (pulled_story(episode, index),)
    return publish_script(
        script, output, config, voices, report, episode.guid, pulled=pulled, reason=reason
    )


def script_without(
    episode: Episode, without: Collection[int], config: Config, reading: Reading
) -> Script:
    """The script of a published episode without some stories; credits and sections fit the others.

    Args:
        episode: The published episode.
        without: Indices of the stories that are left out.
        config: See :mod:`mujaz.settings.values`.
        reading: The configured way of reading text.
    """
    before, after = stored_script(episode, reading), stored_script(episode, reading, without)
    if not without:
        return after
    kept = [index for index in range(len(episode.stories)) if index not in without]
    if not after.key:
        return _disclosed(after, len(before.stories), reading)
    found = replanned(before, after, kept, config, reading, episode)
    sentences = tuple(one.sentence for one in found.placed)
    return replace(after, title=found.title, sentences=sentences)


def _disclosed(script: Script, stories_before: int, reading: Reading) -> Script:
    """An episode of articles whose disclosure speaks of the stories that are left."""
    old, new = disclosure_of(stories_before), disclosure_of(len(script.stories))
    spoken, words = reading.read_in_any_case(new)
    sentences = tuple(
        replace(one, text=new, spoken=spoken, word_map=words) if one.text == old else one
        for one in script.sentences
    )
    disclosure = new if script.disclosure == old else script.disclosure
    return replace(script, sentences=sentences, disclosure=disclosure)
