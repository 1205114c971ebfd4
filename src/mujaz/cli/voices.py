"""``mujaz voices``: list, show, install, remove and try voices."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mujaz.cli.messages import progress_shown, tell, translated
from mujaz.cli.options import configuration
from mujaz.cli.samples import sample
from mujaz.cli.voice_tests import compare, listening_test
from mujaz.errors import AudioError, VoiceError

if TYPE_CHECKING:
    from mujaz.domain import Voice
    from mujaz.voices.install import Plan


@click.group()
def voices() -> None:
    """List voices, install them and try them.

    \b
    Example:
      mujaz voices try espeak-anchor-female
    """


voices.add_command(compare)
voices.add_command(listening_test)
_USE = {True: "commercial use allowed", False: "non-commercial only", None: "see its licence"}


@voices.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> int:
    """List voices: speaker, licence in a word, how much a machine ear mishears, speed, state.

    The licence is "free", "non-commercial", or "ask" where its makers do not say what it allows;
    `mujaz voices show NAME` prints it in full.

    \b
    Example:
      mujaz voices list --json
    """
    from mujaz.voices.catalog import voices as all_voices

    with progress_shown():
        found = sorted(all_voices(configuration(ctx).home).values(), key=lambda voice: voice.name)
    if as_json:
        click.echo(json.dumps([_row(voice) for voice in found], ensure_ascii=False, indent=1))
        return 0
    for voice in found:
        click.echo(_line(voice))
    return 0


def _line(voice: Voice) -> str:
    """A voice as people choose it: speaker, licence, how well it is heard, speed, state."""
    from mujaz.voices.catalog import is_installed
    from mujaz.voices.facts import heard_score, licence_word, speaker_word

    score = heard_score(voice)
    columns = [
        speaker_word(voice),
        voice.engine,
        f"licence: {licence_word(voice)}",
        f"misheard letters: {score[0]:.0f} %" if score else "not measured",
        f"{voice.rate_wpm} words a minute" if voice.rate_wpm else "speed of its own",
        "installed" if is_installed(voice) else "not installed",
    ]
    told = ", ".join([voice.title, *map(translated, columns)])
    return f"{voice.name}: {told}"


@voices.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
@click.pass_context
def show(ctx: click.Context, name: str, as_json: bool) -> int:
    """Show a voice, its licence, and whether its files have the recorded hashes.

    \b
    Example:
      mujaz voices show xtts-v2-female
    """
    from mujaz.voices.catalog import find_voice

    voice = find_voice(name, configuration(ctx).home)
    row = {
        **_row(voice),
        "made_by": voice.made_by,
        "speaker": voice.speaker,
        "rate_wpm": voice.rate_wpm,
        "gain_db": voice.gain_db,
        "settings": dict(voice.settings),
        "notice": _notice(voice),
        "files": _files(voice),
    }
    if as_json:
        click.echo(json.dumps(row, ensure_ascii=False, indent=1))
        return 0
    row["commercial"] = _USE[voice.commercial]
    for key, value in row.items():
        if key != "files" and value not in ("", 0, {}):
            click.echo(f"{key}: {value}")
    for file in row["files"]:
        click.echo(f"file: {file['path']}: {file['state']}")
    return 0


@voices.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Accept the licence and the computed hashes unasked.")
@click.option(
    "--mirror", default="", metavar="URL", help="Address or folder to fetch from instead."
)
@click.option(
    "--non-commercial-use",
    "despite",
    is_flag=True,
    help="Install a non-commercial voice although the show is commercial.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
@click.pass_context
def install(
    ctx: click.Context, name: str, yes: bool, mirror: str, despite: bool, as_json: bool
) -> int:
    """Fetch a voice's model after showing its size and licence, or record the hashes of your own.

    The hash of each file is computed, shown, and recorded in the voice file; from then on a file
    with another hash is refused.

    \b
    Example:
      mujaz voices install piper-kareem
    """
    from mujaz.voices.catalog import find_voice
    from mujaz.voices.install import fetch, make_plan, measured, record, verify

    config = configuration(ctx)
    voice = find_voice(name, config.home)
    plan = measured(make_plan(voice, mirror, config.fetch.allow_hosts))
    _tell_licence(voice, plan)
    if config.show.commercial and voice.commercial is False and not despite:
        raise VoiceError(
            f"the licence of voice {name!r} forbids commercial use, and the show is commercial",
            hint="choose another voice; or --non-commercial-use if it is not for this show",
        )
    if plan.missing or plan.unpinned:
        _ask("do you accept this licence?", "the licence was not accepted", yes=yes)
    fetch(plan, tell)
    digests = verify(plan)
    if plan.unpinned:
        for part in plan.unpinned:
            origin = (
                f"as its publisher states: {part.source}"
                if part.published
                else "computed here, recorded nowhere yet"
            )
            tell(f"{part.path}: sha256 {digests[part.path]} ({origin})")
        question = "record these hashes, and trust these files from now on?"
        _ask(question, "the files stay in their place, unrecorded and unused", yes=yes)
    path = record(plan, digests)
    _tell_extra(voice)
    row = {"name": name, "path": str(path), "files": digests, "licence": voice.licence}
    click.echo(json.dumps(row, ensure_ascii=False) if as_json else str(path))
    return 0


@voices.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
@click.pass_context
def remove(ctx: click.Context, name: str, yes: bool, as_json: bool) -> int:
    """Delete the files that were installed for a voice.

    \b
    Example:
      mujaz voices remove xtts-v2-female
    """
    from mujaz.voices.catalog import find_voice
    from mujaz.voices.catalog import voices as all_voices
    from mujaz.voices.install import make_plan
    from mujaz.voices.install import remove as remove_files

    home = configuration(ctx).home
    voice = find_voice(name, home)
    plan = make_plan(voice)
    if any(not part.urls for part in plan.parts if part.is_there and part.role == "model"):
        tell("its model names no url: it cannot be fetched again")
    _ask(f"delete the files of {name}?", "nothing was deleted", yes=yes)
    deleted = remove_files(plan, tuple(all_voices(home).values()))
    if as_json:
        click.echo(json.dumps({"name": name, "deleted": [str(path) for path in deleted]}))
        return 0
    for path in deleted:
        click.echo(path)
    return 0


def _row(voice: Voice) -> dict[str, Any]:
    from mujaz.voices.catalog import is_installed, path_of

    return {
        "name": voice.name,
        "title": voice.title,
        "engine": voice.engine,
        "language": voice.language,
        "gender": voice.gender,
        "licence": voice.licence,
        "commercial": voice.commercial,
        "installed": is_installed(voice),
        "path": str(path_of(voice)),
    }


def _notice(voice: Voice) -> str:
    """Return the notice of a voice by its engine; empty if its settings are wrong."""
    from mujaz.plugins import voice_notice

    try:
        return voice_notice(voice)
    except VoiceError:
        return ""


def _files(voice: Voice) -> list[dict[str, str | int]]:
    """List the files of a voice, and whether each has the recorded hash."""
    from mujaz.storage.hashing import cached_sha256_of
    from mujaz.voices.install import comes_complete, make_plan

    if comes_complete(voice):
        return []
    rows: list[dict[str, str | int]] = []
    for part in make_plan(voice).parts:
        state = "missing"
        if part.is_there and (part.role == "recording" or not part.sha256):
            state = "there" if part.role == "recording" else "there, its sha256 not recorded"
            if part.published and cached_sha256_of(part.place) != part.published:
                state = "NOT the file that its publisher states"
        elif part.is_there:
            same = cached_sha256_of(part.place) == part.sha256.lower()
            state = "there, as recorded" if same else "NOT the recorded file"
        rows.append({"path": str(part.place), "state": state, "size": part.size})
    return rows


def _tell_licence(voice: Voice, plan: Plan) -> None:
    tell(f"{voice.name}: {voice.title}")
    tell(f"licence: {voice.licence or 'not stated'} ({_USE[voice.commercial]})")
    if voice.commercial is False:
        tell("this voice may not be used in a show that earns money, by advertising or otherwise")
    if plan.missing:
        known = f"{plan.size / 1e6:.0f} MB" if plan.size else "size unknown"
        tell(f"{len(plan.missing)} files to fetch ({known}) into {plan.folder}")
    else:
        tell(f"its files are in {plan.folder}")


def _ask(question: str, refusal: str, *, yes: bool) -> None:
    """Ask the user, and return only after a yes.

    Raises:
        VoiceError: If the answer is no, or nobody is there to answer.
    """
    if yes:
        return
    try:
        agreed = click.confirm(translated(question), default=False, err=True)
    except click.Abort:
        if sys.stdin is not None and sys.stdin.isatty():
            raise
        raise VoiceError(
            f"nobody answered: {question}", hint="--yes answers for a script"
        ) from None
    if not agreed:
        raise VoiceError(refusal)


def _tell_extra(voice: Voice) -> None:
    """Tell which package must still be installed before the voice can speak."""
    from mujaz.errors import MissingPackageError
    from mujaz.plugins import load_engine

    try:
        load_engine(voice.engine)
    except MissingPackageError as error:
        tell(f"to speak with it, {error.hint}")


@voices.command(name="try")
@click.argument("name")
@click.argument("text", default="")
@click.option("-o", "--output", metavar="FILE", help="FILE.wav or FILE.mp3; default: NAME.wav.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
@click.pass_context
def try_(ctx: click.Context, name: str, text: str, output: str | None, as_json: bool) -> int:
    """Speak TEXT, or a pangram and a sentence of news, with the voice NAME into a file.

    \b
    Example:
      mujaz voices try espeak-correspondent-male "صباح الخير" -o hello.mp3
    """
    from mujaz.pipeline.say import say
    from mujaz.voices.catalog import find_voice

    config = configuration(ctx)
    voice = find_voice(name, config.home)
    target = Path(output or f"{voice.name}.wav")
    suffix = target.suffix.lower()
    if suffix not in (".wav", ".mp3"):
        raise click.UsageError("the file name must end in .wav or .mp3")
    text = text or f"{sample('pangram')} {sample('news')}"
    data = say(text, config, voice=name, mp3=suffix == ".mp3")
    try:
        target.write_bytes(data)
    except OSError as error:
        raise AudioError(f"cannot be written: {error.strerror}", where=str(target)) from error
    tell(f"{voice.title}: {voice.rate_wpm or '?'} words a minute")
    if as_json:
        row = {"name": voice.name, "path": str(target), "bytes": len(data), "text": text}
        click.echo(json.dumps(row, ensure_ascii=False))
    else:
        click.echo(target)
    return 0
