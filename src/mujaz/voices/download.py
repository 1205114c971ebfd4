"""One large file from a URL: resumed where it broke off, and put in place only when it is whole.

An unfinished file lies beside its place as ``NAME.part``, with ``NAME.part.tag`` naming the
version of it (its ETag or date), so that parts of two versions are never joined (RFC 9110, 13.1.5
If-Range and 14.2 Range).
"""

from __future__ import annotations

import hashlib
import http.client
import os
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from mujaz.errors import DownloadError

_BLOCK = 1 << 18
_TIMEOUT_S = 30.0
_TRIES = 4
_SCHEMES = ("http", "https", "file")
_NOT_THERE = (403, 404, 410)
# Progress is told for files that take a while, a line each tenth.
_TELL_FROM_BYTES = 20_000_000
_BROKEN = (http.client.HTTPException, urllib.error.URLError, TimeoutError, ConnectionError)


@dataclass(slots=True)
class _Attempt:
    """What one request gave.

    Attributes:
        whole: Whether the file has come to its end.
        resumed: Whether it began in the middle.
        problem: Why it broke off.
    """

    whole: bool = False
    resumed: bool = False
    problem: str = ""


class SafeRedirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects, but not from an encrypted address to one that is not."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Any,
        newurl: str,
    ) -> urllib.request.Request | None:
        if req.full_url.startswith("https:") and not newurl.startswith("https:"):
            raise DownloadError("redirected to an address without encryption", where=newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def download(
    urls: Sequence[str],
    target: Path,
    *,
    sha256: str = "",
    size: int = 0,
    say: Callable[[str], None] = lambda line: None,
) -> str:
    """Fetch a file and give its SHA-256 in hex.

    Args:
        urls: Where it may be; the next is tried if a server says that it has no such file.
        target: Its place; the folder is made.
        sha256: What it must be; empty if unknown.
        size: In bytes; 0 if unknown.
        say: Told one line of progress at a time.

    Raises:
        DownloadError: If it cannot be had, or what came is not what was expected. What has come
            so far is kept unless it is wrong.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    for number, url in enumerate(urls, 1):
        if urlsplit(url).scheme not in _SCHEMES:
            raise DownloadError("not an address that can be fetched", where=url)
        try:
            return _download(url, target, sha256, size, say)
        except FileNotFoundError as error:
            if number == len(urls):
                raise DownloadError(
                    f"the server has no such file: {error}",
                    where=url,
                    hint="check the url in the voice file, or give another --mirror",
                ) from error
    raise DownloadError("no address is known for this file", where=str(target))


def announced_size(urls: Sequence[str]) -> int:
    """Bytes that a server says a file has; 0 if it does not say, or cannot be asked."""
    for url in urls:
        request = urllib.request.Request(url, method="HEAD", headers={"User-Agent": "mujaz"})
        try:
            with urllib.request.build_opener(SafeRedirects).open(
                request, timeout=_TIMEOUT_S
            ) as answer:
                return int(answer.headers.get("Content-Length") or 0)
        except urllib.error.HTTPError as error:
            error.close()
        except (*_BROKEN, OSError, ValueError):
            return 0
    return 0


def _download(url: str, target: Path, sha256: str, size: int, say: Callable[[str], None]) -> str:
    part = target.with_name(target.name + ".part")
    resumed = _whole(url, part, size, say)
    found = _sha256(part)
    problem = _unlike(part, found, sha256)
    if problem and resumed:
        # Perhaps the part that lay here was not the beginning of this file.
        say(f"{target.name}: {problem}; fetched again from the start")
        _forget(part)
        _whole(url, part, size, say)
        found = _sha256(part)
        problem = _unlike(part, found, sha256)
    if problem:
        _forget(part)
        raise DownloadError(problem, where=url, hint="try again later, or give another --mirror")
    part.replace(target)
    _forget(part)
    return found


def _whole(url: str, part: Path, size: int, say: Callable[[str], None]) -> bool:
    """Fetch until the part is whole; whether any of it lay here before."""
    resumed = False
    for number in range(1, _TRIES + 1):
        before = part.stat().st_size if part.exists() else 0
        attempt = _attempt(url, part, size, say)
        resumed = resumed or attempt.resumed
        if attempt.whole:
            return resumed
        after = part.stat().st_size if part.exists() else 0
        if number == _TRIES or (after == before and number > 1):
            raise DownloadError(
                f"the download broke off: {attempt.problem}",
                where=url,
                hint="run the command again: it goes on from here"
                if after
                else "check the network, or give --mirror URL",
            )
        where = f"going on at {after / 1e6:.1f} MB" if after else "trying again"
        say(f"{part.stem}: {attempt.problem}; {where}")
    raise AssertionError("the last try returns or raises")


def _attempt(url: str, part: Path, size: int, say: Callable[[str], None]) -> _Attempt:
    """One request, from where the part ends.

    Raises:
        FileNotFoundError: If the server has no such file.
        DownloadError: If it refuses for another reason.
    """
    have = part.stat().st_size if part.exists() else 0
    tag = _tag_file(part).read_text(encoding="utf-8") if _tag_file(part).exists() else ""
    request = urllib.request.Request(url, headers={"User-Agent": "mujaz"})
    if have and tag:
        request.add_header("Range", f"bytes={have}-")
        request.add_header("If-Range", tag)
    opener = urllib.request.build_opener(SafeRedirects)
    try:
        with opener.open(request, timeout=_TIMEOUT_S) as answer:
            resumed = getattr(answer, "status", None) == http.HTTPStatus.PARTIAL_CONTENT
            whole = _receive(answer, part, have if resumed else 0, size, say)
            return _Attempt(whole, resumed, "" if whole else "the connection ended early")
    except urllib.error.HTTPError as error:
        with error:
            return _refused(error, url, part)
    except _BROKEN as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, FileNotFoundError) or "No such file" in str(reason):
            raise FileNotFoundError("no such file") from error
        return _Attempt(problem=str(reason) or type(error).__name__, resumed=bool(have))


def _refused(error: urllib.error.HTTPError, url: str, part: Path) -> _Attempt:
    if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        # What lies here is longer than the file, or was whole already: begin again.
        _forget(part)
        return _Attempt(problem="the server has another file now")
    if error.code in _NOT_THERE:
        raise FileNotFoundError(f"{error.code} {error.reason}")
    if error.code >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
        return _Attempt(problem=f"{error.code} {error.reason}")
    raise DownloadError(f"the server refused: {error.code} {error.reason}", where=url)


def _receive(answer: Any, part: Path, start: int, size: int, say: Callable[[str], None]) -> bool:
    """Write what comes; whether all that was announced has come."""
    headers = answer.headers
    announced = int(headers.get("Content-Length") or 0)
    total = start + announced if announced else size
    tag = headers.get("ETag") or headers.get("Last-Modified") or ""
    _tag_file(part).write_text("" if tag.startswith("W/") else tag, encoding="utf-8")
    told = start * 10 // total if total else 0
    got = start
    with part.open("r+b" if start else "wb") as stream:
        stream.seek(start)
        stream.truncate()
        try:
            while block := answer.read(_BLOCK):
                stream.write(block)
                got += len(block)
                if total > _TELL_FROM_BYTES and got * 10 // total > told:
                    told = got * 10 // total
                    say(f"{part.stem}: {told * 10} % of {total / 1e6:.0f} MB")
        except OSError as error:
            if isinstance(error, _BROKEN):
                return False
            raise DownloadError(
                f"cannot be written: {error.strerror}", where=str(part), hint="free some space"
            ) from error
        except http.client.IncompleteRead as error:
            stream.write(error.partial)
            return False
        stream.flush()
        os.fsync(stream.fileno())
    return not announced or got == total


def _unlike(part: Path, found: str, sha256: str) -> str:
    """What is wrong with a whole file, or an empty string."""
    if sha256 and found != sha256.lower():
        return f"what came is not the recorded file: its sha256 is {found[:12]}…"
    with part.open("rb") as stream:
        head = stream.read(256).lstrip().lower()
    if head.startswith((b"<!doctype", b"<html")):
        return "the server sent a web page instead of the file"
    if not head:
        return "the server sent an empty file"
    return ""


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _tag_file(part: Path) -> Path:
    return part.with_name(part.name + ".tag")


def _forget(part: Path) -> None:
    part.unlink(missing_ok=True)
    _tag_file(part).unlink(missing_ok=True)
