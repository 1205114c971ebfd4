"""Downloads one large file: resumed where it broke off, and renamed into place only when whole.

An unfinished file lies beside its place as ``NAME.part``, with ``NAME.part.tag`` for its version
(ETag or date), so that parts of two versions are never joined (RFC 9110, sections 13.1.5 If-Range
and 14.2 Range).
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote, urlsplit

from mujaz.errors import DownloadError, FetchError
from mujaz.network.client import HttpClient, Response, StatusError
from mujaz.network.retries import TransientError, with_retries
from mujaz.storage.atomic import move_into_place, sync
from mujaz.storage.hashing import sha256_of

# Time limit for the start of an answer, and for each 64 kB after it.
_TIMEOUT_S = 30.0
_RETRIES = 3
_NOT_THERE = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
# Progress is told for files larger than this, a line for each tenth.
_TELL_FROM_BYTES = 20_000_000
# Limit for a file whose size nobody has stated; the largest model of today takes 2 GB.
_MOST_BYTES = 8_000_000_000
_HEAD_BYTES = 256
_HEADERS = {"User-Agent": "mujaz", "Accept": "*/*", "Accept-Encoding": "identity"}

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A file that is to be downloaded.

    Attributes:
        part: Where its beginning lies, if there is one.
        size: In bytes; 0 if unknown.
        sha256: In hex; empty if unknown.
    """

    target: Path
    part: Path
    size: int
    sha256: str

    @property
    def tag_file(self) -> Path:
        """File with the version of the part."""
        return self.part.with_name(self.part.name + ".tag")

    def received(self) -> int:
        """Bytes that lie here already."""
        return self.part.stat().st_size if self.part.exists() else 0

    def forget(self) -> None:
        """Remove the part."""
        self.part.unlink(missing_ok=True)
        self.tag_file.unlink(missing_ok=True)


class _NotThereError(Exception):
    """The server has no such file; the next address is tried."""


def download(
    urls: Sequence[str],
    target: Path,
    *,
    sha256: str = "",
    size: int = 0,
    allow_hosts: Sequence[str] = (),
    say: Say = lambda line: None,
) -> str:
    """Download a file and return its SHA-256 in hex.

    Args:
        urls: Addresses (http, https) or local files (``file:``); the next is tried if a server
            says that it has no such file.
        target: Its place; the folder is created.
        sha256: Expected hash; empty if unknown.
        size: Expected size in bytes; 0 if unknown.
        allow_hosts: Hosts that may have a private address, as ``host`` or ``host:port``.
        say: Called with one line of progress at a time.

    Raises:
        DownloadError: If it cannot be had, or is not what was expected. What has come so far is
            kept unless it is wrong.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    wanted = _Wanted(target, target.with_name(target.name + ".part"), size, sha256)
    with HttpClient(_HEADERS, allow_hosts, stay_encrypted=True) as client:
        for number, url in enumerate(urls, 1):
            try:
                return _download(client, url, wanted, say)
            except _NotThereError as error:
                if number == len(urls):
                    raise DownloadError(
                        f"the server has no such file: {error}",
                        where=url,
                        hint="check the url in the voice file, or give another --mirror",
                    ) from error
    raise DownloadError("no address is known for this file", where=str(target))


def announced_size(urls: Sequence[str], allow_hosts: Sequence[str] = ()) -> int:
    """Ask servers for the size of a file in bytes; 0 if none of them says."""
    with HttpClient(_HEADERS, allow_hosts, stay_encrypted=True) as client:
        for url in urls:
            if local := _local_file(url):
                if local.is_file():
                    return local.stat().st_size
                continue
            try:
                until = time.monotonic() + _TIMEOUT_S
                with client.open(url, until, method="HEAD") as response:
                    if response.status == HTTPStatus.OK:
                        return _announced(response)
            except FetchError:
                return 0
    return 0


def _download(client: HttpClient, url: str, wanted: _Wanted, say: Say) -> str:
    resumed = _fetch(client, url, wanted, say)
    found = sha256_of(wanted.part)
    problem = _problem(wanted, found)
    if problem and resumed:
        # The part that lay here may not have been the beginning of this file.
        say(f"{wanted.target.name}: {problem}; fetched again from the start")
        wanted.forget()
        _fetch(client, url, wanted, say)
        found = sha256_of(wanted.part)
        problem = _problem(wanted, found)
    if problem:
        wanted.forget()
        raise DownloadError(problem, where=url, hint="try again later, or give another --mirror")
    move_into_place(wanted.part, wanted.target)
    wanted.forget()
    return found


def _fetch(client: HttpClient, url: str, wanted: _Wanted, say: Say) -> bool:
    """Fetch until the part is whole; returns whether any of it lay here before.

    Raises:
        _NotThereError: If there is no such file.
        DownloadError: If it cannot be had.
    """
    if local := _local_file(url):
        return _copy(local, wanted)
    resumed = False
    before = -1

    def attempt() -> None:
        nonlocal resumed, before
        have = wanted.received()
        if have == before:
            raise DownloadError("nothing came in two attempts")
        before = have
        try:
            resumed = _request(client, url, wanted, say) or resumed
        except TransientError as error:
            after = wanted.received()
            where = f"going on at {after / 1e6:.1f} MB" if after else "trying again"
            say(f"{wanted.target.name}: {error.message}; {where}")
            raise

    try:
        with_retries(_RETRIES, float("inf"), attempt)
    except StatusError as error:
        if error.status in _NOT_THERE:
            raise _NotThereError(error.message) from error
        raise DownloadError(error.message, where=url) from error
    except TransientError as error:
        raise DownloadError(
            f"the download broke off: {error.message}",
            where=url,
            hint="run the command again: it goes on from here"
            if wanted.received()
            else "check the network, or give --mirror URL",
        ) from error
    except FetchError as error:
        raise DownloadError(error.message, where=error.where or url, hint=error.hint) from error
    return resumed


def _request(client: HttpClient, url: str, wanted: _Wanted, say: Say) -> bool:
    """Send one request for what is missing; returns whether the server resumed."""
    have = wanted.received()
    tag = wanted.tag_file.read_text(encoding="utf-8") if wanted.tag_file.exists() else ""
    headers = {"Range": f"bytes={have}-", "If-Range": tag} if have and tag else {}
    until = time.monotonic() + _TIMEOUT_S
    with client.open(url, until, extend_s=_TIMEOUT_S, prepare=lambda at: headers) as response:
        if response.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and headers:
            # The part is longer than the file, or was whole already: begin again.
            wanted.forget()
            raise TransientError("the server has another file now")
        resumed = response.status == HTTPStatus.PARTIAL_CONTENT and bool(headers)
        response.require((HTTPStatus.PARTIAL_CONTENT,) if resumed else (HTTPStatus.OK,))
        if resumed and not _continues(response, have):
            wanted.forget()
            raise TransientError("the server sent another part than was asked for")
        _receive(response, wanted, have if resumed else 0, say)
    return resumed


def _continues(response: Response, start: int) -> bool:
    content_range = response.headers.get("content-range", "")
    match = re.match(r"bytes (\d+)-", content_range, re.ASCII)
    # Some servers leave the header out, against RFC 9110, section 15.3.7.
    return not content_range or (match is not None and int(match[1]) == start)


def _receive(response: Response, wanted: _Wanted, start: int, say: Say) -> None:
    """Append the body to the part.

    Raises:
        TransientError: If less comes than was announced.
        DownloadError: If it is not of the expected size, or the disk refuses.
    """
    announced = _announced(response)
    total = start + announced if announced else wanted.size
    if wanted.size and total != wanted.size:
        raise _wrong_size(response.url, wanted, f"{total}")
    tag = response.headers.get("etag") or response.headers.get("last-modified") or ""
    told = start * 10 // total if total else 0
    got = start
    with _writing(wanted.part):
        wanted.tag_file.write_text("" if tag.startswith("W/") else tag, encoding="utf-8")
        with wanted.part.open("r+b" if start else "wb") as stream:
            stream.truncate(start)
            stream.seek(start)
            for block in response.chunks:
                got += len(block)
                if got > (wanted.size or _MOST_BYTES):
                    raise _wrong_size(response.url, wanted, "more")
                stream.write(block)
                if total > _TELL_FROM_BYTES and got * 10 // total > told:
                    told = got * 10 // total
                    say(f"{wanted.target.name}: {told * 10} % of {total / 1e6:.0f} MB")
        sync(wanted.part)
    if announced and got != total:
        raise TransientError("the connection ended early")


def _copy(source: Path, wanted: _Wanted) -> bool:
    if not source.is_file():
        raise _NotThereError("no such file")
    with _writing(wanted.part):
        shutil.copyfile(source, wanted.part)
    return False


@contextmanager
def _writing(part: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DownloadError(
            f"cannot be written: {error.strerror}", where=str(part), hint="free some space"
        ) from error


def _wrong_size(url: str, wanted: _Wanted, found: str) -> DownloadError:
    """Remove the part and make the error."""
    wanted.forget()
    return DownloadError(
        f"the server sends a file of another size: {found} bytes, expected "
        f"{wanted.size or f'at most {_MOST_BYTES}'}",
        where=url,
        hint="try again later, or give another --mirror",
    )


def _announced(response: Response) -> int:
    value = response.headers.get("content-length", "")
    return int(value) if value.isascii() and value.isdigit() else 0


def _local_file(url: str) -> Path | None:
    """Path of a ``file:`` address; None for other addresses."""
    parts = urlsplit(url)
    return Path(unquote(parts.path)) if parts.scheme == "file" else None


def _problem(wanted: _Wanted, found: str) -> str:
    """Say why a whole file is not the expected one; empty if it is."""
    if wanted.sha256 and found != wanted.sha256.lower():
        return f"what came is not the expected file: its sha256 is {found[:12]}…"
    with wanted.part.open("rb") as stream:
        head = stream.read(_HEAD_BYTES).lstrip().lower()
    if head.startswith((b"<!doctype", b"<html")):
        return "the server sent a web page instead of the file"
    if not head:
        return "the server sent an empty file"
    received = wanted.received()
    if wanted.size and received != wanted.size:
        return f"the file has {received} bytes instead of {wanted.size}"
    return ""
