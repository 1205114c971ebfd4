"""Make the bulletin of a day, from its sources to the show folder, without supervision."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from mujaz.bulletin.health import recorded_health
from mujaz.bulletin.lock import only_run
from mujaz.bulletin.preparing import prepare, rate_wpm
from mujaz.bulletin.wishes import Wishes
from mujaz.domain import Script
from mujaz.pipeline.episode import publish_script
from mujaz.pipeline.faults import fault_log
from mujaz.pipeline.hooks import failure_told
from mujaz.pipeline.options import Extras
from mujaz.pipeline.read import estimated_minutes
from mujaz.pipeline.record import require_parts
from mujaz.pipeline.show_folder import draw_first_cover
from mujaz.pipeline.speak import spoken_ahead
from mujaz.pipeline.voices import LoadedVoices
from mujaz.publish.folder.workspace import PRIVATE, remove_leftovers
from mujaz.report import Report
from mujaz.settings.values import Config, with_edition
from mujaz.speech.ahead import SpeechAhead


@dataclass(frozen=True, slots=True)
class Plan:
    """A bulletin that would be made.

    Attributes:
        script: Its script; None if none would be made.
        minutes: Estimated length.
        voices: Title of the voice of each sentence, in order.
        why_none: Why none would be made; empty if one would.
    """

    script: Script | None
    minutes: float
    voices: tuple[str, ...] = ()
    why_none: str = ""


def make_bulletin(
    config: Config,
    output: str | Path,
    *,
    day: date | None = None,
    edition: str = "",
    wishes: Wishes | None = None,
    report: Report | None = None,
    limit_memory: bool = False,
    extras: Extras | None = None,
) -> Report:
    """Make the bulletin of a day and publish it in a show folder.

    If it is there already, it is corrected where its own stories have changed. If it was withdrawn,
    nothing is made unless ``wishes`` name the episode that it replaces; nor is an edition that
    skips what was told, if nothing else is there. Progress is logged to the
    logger ``mujaz``.

    Args:
        config: See :func:`mujaz.load_config`; it names the sources.
        output: The show folder.
        day: Today in the show's time zone if None.
        edition: Name of a table under ``[bulletin.editions]``; empty for the bulletin itself.
        wishes: Stories that come first or are left out; the episode that it replaces.
        report: Filled in as the run goes on; pass one to read it after an error too.
        limit_memory: See :class:`mujaz.Options`.
        extras: What the bulletin gets besides its sound; its picture is ``[bulletin] image`` if
            empty.

    Returns:
        The report; its ``episode`` is the one that was made or was already there, or None if none
        is made.

    Raises:
        MujazError: If nothing could be made; the published show is then as it was.
    """
    report, output = report or Report(), Path(output)
    private, wishes = output / PRIVATE, wishes or Wishes()
    with (
        fault_log(private),
        recorded_health(private, report),
        failure_told(config, report),
        only_run(private),
        ExitStack() as speaking,
    ):
        remove_leftovers(output)
        config = with_edition(config, edition)

        def speak_ahead(voices: LoadedVoices) -> SpeechAhead | None:
            require_parts(config)
            draw_first_cover(output, config)
            return speaking.enter_context(spoken_ahead(config, voices, report))

        ready = prepare(
            config,
            output,
            day,
            wishes,
            report,
            limit_memory=limit_memory,
            speak_ahead=speak_ahead,
        )
        if ready.script is not None:
            publish_script(
                ready.script,
                output,
                config,
                ready.voices,
                report,
                wishes.replaces,
                pulled=ready.pulled,
                extras=_with_configured_image(extras or Extras(), config),
                ahead=ready.ahead,
            )
    return report


def _with_configured_image(extras: Extras, config: Config) -> Extras:
    image = config.bulletin.image
    if extras.image or not image:
        return extras
    return replace(extras, image=str(config.home / image))


def plan_bulletin(
    config: Config,
    output: str | Path,
    *,
    day: date | None = None,
    edition: str = "",
    wishes: Wishes | None = None,
    report: Report | None = None,
) -> Plan:
    """Plan the bulletin that :func:`make_bulletin` would make; nothing is spoken or written.

    The script is the draft of the bulletin: :func:`mujaz.text.script_file.write_script` writes it
    as a file, and :func:`mujaz.make_episode` publishes that file under the bulletin's guid.

    Raises:
        MujazError: As :func:`make_bulletin`.
    """
    config, report = with_edition(config, edition), report or Report()
    ready = prepare(config, Path(output), day, wishes or Wishes(), report, keep=False)
    script, cast = ready.script, ready.voices.cast
    if script is None:
        return Plan(None, 0.0, why_none=ready.why_none)
    for entry in report.stories:
        if entry.index >= 0:
            entry.status = "spoken"
    titles = tuple(cast.voice(sentence).title for sentence in script.sentences)
    return Plan(script, estimated_minutes(script, rate_wpm(ready.voices)), titles)
