"""Installs voices: fetches their files and records the hashes in the voice file."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from glob import escape
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from mujaz.domain import Voice, VoiceFile
from mujaz.errors import DownloadError, VoiceError
from mujaz.plugins import voice_files
from mujaz.storage.atomic import replace_file
from mujaz.storage.hashing import cached_sha256_of
from mujaz.voices.catalog import load_voice, own_folder, path_of, user_folder
from mujaz.voices.download import announced_size, download


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a voice.

    Attributes:
        path: Path in the voice file, relative to its folder.
        place: Absolute path.
        urls: Addresses, best first; empty if none is known.
        size: Size in bytes; 0 if unknown.
        sha256: Recorded hash in hex; empty if unknown.
        role: ``model``, ``config``, ``file`` or ``recording``.
        published: Hash in hex that the publisher states; empty if none is known.
        source: Page that states it, and the day on which it was read.
        origin: Its publisher's address, mirror or not; empty if none is known.
    """

    path: str
    place: Path
    urls: tuple[str, ...]
    size: int
    sha256: str
    role: str
    origin: str = ""
    published: str = ""
    source: str = ""

    def require_inside(self, folder: Path) -> None:
        """Check that the file lies in a folder, links followed.

        Raises:
            VoiceError: If it does not: a voice file from a stranger must not name other files.
        """
        if not self.place.resolve().is_relative_to(folder.resolve()):
            raise VoiceError(
                f"the voice file names a file outside its folder: {self.path!r}",
                where=str(folder),
                hint="do not use this voice file, unless you wrote it; then copy or remove the "
                "file by hand",
            )

    @property
    def is_there(self) -> bool:
        """Whether the file exists."""
        return self.place.is_file()


@dataclass(frozen=True, slots=True)
class Plan:
    """The files of a voice and where they belong.

    Attributes:
        voice: The voice, from the catalog.
        folder: Folder of the voice file and its files after installation.
        parts: All files that the voice needs.
        allow_hosts: Hosts that may have a private address.
    """

    voice: Voice
    folder: Path
    parts: tuple[Part, ...]
    allow_hosts: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[Part, ...]:
        """Files that do not exist yet."""
        return tuple(part for part in self.parts if not part.is_there)

    @property
    def size(self) -> int:
        """Bytes to fetch; files of unknown size count as 0."""
        return sum(part.size for part in self.missing)

    @property
    def unpinned(self) -> tuple[Part, ...]:
        """Files without a recorded hash, except the user's own recordings."""
        return tuple(part for part in self.parts if not part.sha256 and part.role != "recording")


def make_plan(voice: Voice, mirror: str = "", allow_hosts: Sequence[str] = ()) -> Plan:
    """List the files of a voice and where they belong.

    A voice that came with mujaz is installed into the user's data folder, where its voice file is
    copied: the package may be read-only, and an upgrade would take a gigabyte with it.

    Args:
        voice: From the catalog.
        mirror: Address of a folder that is asked instead: for the bare file name first, then for
            the path that the file has at its source. It may have a private address.
        allow_hosts: Other hosts that may have a private address, as ``host`` or ``host:port``.

    Raises:
        VoiceError: If the voice has no files.
    """
    folder = user_folder() if voice.home.resolve() == own_folder().resolve() else voice.home
    entries = [(voice.model_path, voice.url, voice.size, voice.sha256, "model")]
    published = {item.path: _published(item) for item in voice.files}
    published[voice.model_path] = _published(voice)
    listed = {file.path: file for file in voice.files}
    unlisted = dict.fromkeys((voice.config_path, *voice_files(voice)))
    entries += [(path, "", 0, "", "config") for path in unlisted if path and path not in listed]
    entries += [(file.path, file.url, file.size, file.sha256, "file") for file in voice.files]
    entries.append((voice.speaker_wav, "", 0, "", "recording"))
    parts = []
    for path, url, size, digest, role in entries:
        if path:
            origin = "" if role == "recording" else _origin(path, url, voice.url)
            urls = () if role == "recording" else _urls(path, origin, mirror)
            stated = published.get(path, ("", ""))
            parts.append(Part(path, folder / path, urls, size, digest, role, origin, *stated))
    if comes_complete(voice):
        reason = "it comes with mujaz" if parts else "it has no files"
        raise VoiceError(f"voice {voice.name!r} needs nothing installed: {reason}")
    allowed = (*allow_hosts, urlsplit(mirror).netloc.rpartition("@")[2]) if mirror else allow_hosts
    return Plan(voice, folder, tuple(parts), tuple(allowed))


def _published(item: Voice | VoiceFile) -> tuple[str, str]:
    """Return the hash that a publisher states, and where and when it was read."""
    if not item.published_sha256:
        return "", ""
    return item.published_sha256.lower(), f"{item.published_page}, {item.published_date}"


def comes_complete(voice: Voice) -> bool:
    """Whether a voice names no files, or came with mujaz together with all of them."""
    named = (voice.model_path, voice.config_path, voice.speaker_wav, *voice_files(voice))
    paths = [path for path in (*named, *(file.path for file in voice.files)) if path]
    shipped = voice.home.resolve() == own_folder().resolve()
    return not paths or (shipped and all((voice.home / path).is_file() for path in paths))


def _origin(path: str, url: str, model_url: str) -> str:
    """The publisher's address of a file; without a ``url`` it lies beside the model."""
    return url or (urljoin(model_url, Path(path).name) if model_url else "")


def _urls(path: str, url: str, mirror: str) -> tuple[str, ...]:
    """List the addresses of a file, best first."""
    name = Path(path).name
    if not mirror:
        return (url,) if url else ()
    base = mirror if "://" in mirror else Path(mirror).absolute().as_uri()
    base = base.rstrip("/") + "/"
    source = unquote(urlsplit(url).path).lstrip("/")
    names = dict.fromkeys(item for item in (Path(source).name, name, source) if item)
    return tuple(dict.fromkeys(urljoin(base, item) for item in names))


def measured(plan: Plan) -> Plan:
    """Ask the servers for sizes that the voice file does not state."""
    return replace(
        plan,
        parts=tuple(
            part
            if part.size or part.is_there
            else replace(part, size=announced_size(part.urls, plan.allow_hosts))
            for part in plan.parts
        ),
    )


def fetch(plan: Plan, say: Callable[[str], None]) -> None:
    """Fetch the missing files.

    Raises:
        DownloadError: If a file cannot be had; what has come so far stays.
        VoiceError: If no address is known for a file, it lies outside the voice's folder, or the
            disk has no room for it.
    """
    for part in plan.missing:
        if part.role != "recording":
            part.require_inside(plan.folder)
    recordings = [part for part in plan.missing if part.role == "recording"]
    lost = [part for part in plan.missing if not part.urls and part.role != "recording"]
    if lost:
        raise VoiceError(
            f"{len(lost)} files of voice {plan.voice.name!r} are not there, and it names no url: "
            + ", ".join(str(part.place) for part in lost),
            where=str(plan.folder),
            hint="copy them there, then run this again",
        )
    plan.folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(plan.folder).free
    if plan.size > free:
        raise VoiceError(
            f"{plan.size / 1e6:.0f} MB are needed and {free / 1e6:.0f} MB are free",
            where=str(plan.folder),
            hint="free some space",
        )
    for part in plan.missing:
        if part.role == "recording":
            continue
        say(f"fetching {part.urls[0]}")
        try:
            download(
                part.urls,
                part.place,
                sha256=part.sha256 or part.published,
                size=part.size,
                allow_hosts=plan.allow_hosts,
                say=say,
            )
        except DownloadError as error:
            for other in plan.missing:
                if other.urls:
                    say(f"by hand: copy {other.origin or other.urls[0]} to {other.place}")
            from_mirror = part.origin and part.origin not in part.urls
            origin = f"the mirror failed; its publisher has it at {part.origin}; "
            raise DownloadError(
                error.message,
                where=error.where,
                hint=f"{origin if from_mirror else ''}{error.hint or 'check the network'}; "
                "or copy the files by hand, as listed, "
                f"and run `mujaz voices install {plan.voice.name}` again",
            ) from error
    if recordings:
        place = recordings[0].place
        raise VoiceError(
            "the model is there; the recording of the speaker is missing",
            where=str(place),
            hint="put six seconds or more of clear speech there, with the speaker's consent",
        )


def verify(plan: Plan) -> dict[str, str]:
    """Compare the files with the recorded hashes.

    Returns:
        The hash of each file by its path, without recordings.

    Raises:
        VoiceError: If a file is not the recorded one, not the one that its publisher states, or
            has another size.
    """
    found: dict[str, str] = {}
    for part in plan.parts:
        if part.role == "recording":
            continue
        size = part.place.stat().st_size
        if part.size and size != part.size and not part.sha256:
            raise VoiceError(
                f"it has {size} bytes, and {part.size} are stated",
                where=str(part.place),
                hint=f"run `mujaz voices remove {plan.voice.name}`, then install it again",
            )
        digest = cached_sha256_of(part.place)
        if part.sha256 and digest != part.sha256.lower():
            raise VoiceError(
                f"not the file that was recorded: its sha256 is {digest}",
                where=str(part.place),
                hint=f"run `mujaz voices remove {plan.voice.name}`, then install it again",
            )
        if part.published and digest != part.published:
            raise VoiceError(
                f"not the file that its publisher states ({part.source}): its sha256 is {digest}",
                where=str(part.place),
                hint=f"run `mujaz voices remove {plan.voice.name}`, then install it again",
            )
        found[part.path] = digest
    return found


def record(plan: Plan, digests: dict[str, str]) -> Path:
    """Write hashes and sizes into the voice file; one that came with mujaz is copied first.

    Comments and the order of keys are kept.

    Raises:
        VoiceError: If it cannot be written.
    """
    import tomlkit

    source = path_of(plan.voice)
    source = source if source.is_file() else _file_of(plan.voice)
    target = plan.folder / source.name
    document = tomlkit.parse(source.read_text(encoding="utf-8"))
    if "files" not in document and any(part.role == "config" for part in plan.parts):
        document.append("files", tomlkit.aot())
    entries: Any = document.get("files", [])
    for part in plan.parts:
        if part.path not in digests:
            continue
        size = part.place.stat().st_size
        if part.role == "model":
            document["sha256"], document["size"] = digests[part.path], size
            continue
        entry = next((item for item in entries if item["path"] == part.path), None)
        if entry is None:
            entry = tomlkit.table()
            entry["path"] = part.path
            entries.append(entry)
        entry["sha256"], entry["size"] = digests[part.path], size
    _write(target, tomlkit.dumps(document))
    load_voice(target)
    return target


def remove(plan: Plan, others: tuple[Voice, ...]) -> list[Path]:
    """Delete the files that were installed for a voice; returns their paths.

    Files that another voice uses and recordings are kept; a shipped voice uses them if it was
    installed itself. The copy of a shipped voice file is
    deleted, a voice file of the user's own is not.

    Raises:
        VoiceError: If a file cannot be deleted, or lies outside the voice's folder.
    """
    for part in plan.parts:
        if part.role != "recording":
            part.require_inside(plan.folder)
    used = {
        (other.home / path).resolve()
        for other in others
        if other.name != plan.voice.name and path_of(other).parent == other.home
        for path in (other.model_path, other.config_path, *(file.path for file in other.files))
        if path
    }
    unwanted = [
        part.place
        for part in plan.parts
        if part.is_there and part.role != "recording" and part.place.resolve() not in used
    ]
    unwanted += [
        path
        for part in plan.parts
        if part.role != "recording"
        for path in part.place.parent.glob(f"{escape(part.place.name)}.part*")
    ]
    copy = plan.folder / f"{plan.voice.name}.toml"
    shipped = own_folder() / f"{plan.voice.name}.toml"
    if copy.is_file() and shipped.is_file() and copy.resolve() != shipped.resolve():
        unwanted.append(copy)
    try:
        for path in unwanted:
            path.unlink(missing_ok=True)
            if path.parent != plan.folder and not any(path.parent.iterdir()):
                path.parent.rmdir()
    except OSError as error:
        raise VoiceError(
            f"cannot be deleted: {error.strerror}", where=str(error.filename or plan.folder)
        ) from error
    return unwanted


def _file_of(voice: Voice) -> Path:
    """Find the file of a voice by its content: its name may differ from the voice's."""
    for path in sorted(voice.home.glob("*.toml")):
        if replace(load_voice(path), home=voice.home) == voice:
            return path
    raise VoiceError(f"the file of voice {voice.name!r} is gone", where=str(voice.home))


def _write(path: Path, text: str) -> None:
    try:
        replace_file(path, text)
    except OSError as error:
        raise VoiceError(
            f"the voice file cannot be written: {error.strerror}", where=str(path)
        ) from error
