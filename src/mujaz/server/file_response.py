"""HTTP answer with an open file: whole, in ranges, compressed, or 304 if it has not changed."""

from __future__ import annotations

import gzip
import os
import secrets
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

import anyio
import anyio.to_thread
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from mujaz.publish import http_headers
from mujaz.server.conditions import Outcome, Validators, evaluate_conditions, if_range_holds
from mujaz.server.folder import OpenFile
from mujaz.server.ranges import Span, read_range

_CHUNK_BYTES = 256 * 1024
# Compressing shorter texts saves less than the gzip header and the Vary field add.
_LEAST_GZIP_BYTES = 860
_MOST_GZIP_BYTES = 8_000_000
_GZIP_LEVEL = 6


@dataclass(slots=True)
class GzipCache:
    """Compressed texts by entity tag; the least recently used are dropped first.

    Attributes:
        most_bytes: Most memory used, in bytes.
    """

    most_bytes: int = 16_000_000
    _kept: OrderedDict[str, bytes] = field(default_factory=OrderedDict)
    _bytes: int = 0

    def get(self, etag: str) -> bytes | None:
        """Return the compressed text with a tag, or None."""
        data = self._kept.get(etag)
        if data is not None:
            self._kept.move_to_end(etag)
        return data

    def put(self, etag: str, data: bytes) -> None:
        """Store a compressed text."""
        if etag in self._kept:
            return
        self._kept[etag] = data
        self._bytes += len(data)
        while self._bytes > self.most_bytes:
            self._bytes -= len(self._kept.popitem(last=False)[1])


class FileResponse:
    """ASGI response that sends a file and closes it.

    Args:
        file: The open file.
        gzip_cache: Compressed texts of earlier answers.
    """

    def __init__(self, file: OpenFile, gzip_cache: GzipCache) -> None:
        self._file = file
        self._gzip_cache = gzip_cache
        self._text = http_headers.is_text(file.name) and file.size >= _LEAST_GZIP_BYTES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a GET or HEAD request."""
        try:
            await self._answer(scope, receive, send)
        finally:
            self._file.stream.close()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Headers(scope=scope)
        head = scope["method"] == "HEAD"
        ranges = request.getlist("range")
        # RFC 9110, 14.2: ranges apply to GET only. They are not combined with compression,
        # because they would then count compressed bytes.
        wants_part = bool(ranges) and not head
        zipped = (
            self._text
            and not wants_part
            and self._file.size <= _MOST_GZIP_BYTES
            and accepts_gzip(request.get("accept-encoding", ""))
        )
        validators = self._validators(zipped=zipped)
        fields = self._fields(validators)
        outcome = evaluate_conditions(request, validators)
        if outcome is not Outcome.PROCEED:
            is_unchanged = outcome is Outcome.NOT_MODIFIED
            await _start(send, outcome.value, fields if is_unchanged else {})
            await _end(send)
            return
        spans = None
        if wants_part and len(ranges) == 1 and if_range_holds(request.get("if-range"), validators):
            spans = read_range(ranges[0], self._file.size)
        if spans is not None:
            await self._send_part(spans, fields, receive, send)
        elif zipped:
            data = await self._zipped(validators.etag)
            fields |= {"content-encoding": "gzip", "content-length": str(len(data))}
            await _start(send, 200, fields)
            await _end(send, b"" if head else data)
        else:
            await _start(send, 200, fields | {"content-length": str(self._file.size)})
            pieces = [] if head else [Span(0, self._file.size)]
            await self._send_pieces(pieces, receive, send)

    async def _send_part(
        self, spans: tuple[Span, ...], fields: dict[str, str], receive: Receive, send: Send
    ) -> None:
        size = self._file.size
        if not spans:
            kept = ("accept-ranges", "vary", *http_headers.SHARED_HEADERS)
            fields = {name: fields[name] for name in kept if name in fields}
            await _start(send, 416, fields | {"content-range": f"bytes */{size}"})
            await _end(send)
            return
        if len(spans) == 1:
            fields["content-range"] = _content_range(spans[0], size)
            await _start(send, 206, fields | {"content-length": str(spans[0].size)})
            await self._send_pieces(list(spans), receive, send)
            return
        boundary = secrets.token_hex(12)
        kind = fields["content-type"]
        heads = [
            f"\r\n--{boundary}\r\nContent-Type: {kind}\r\n"
            f"Content-Range: {_content_range(span, size)}\r\n\r\n".encode("ascii")
            for span in spans
        ]
        tail = f"\r\n--{boundary}--\r\n".encode("ascii")
        length = sum(map(len, heads)) + sum(span.size for span in spans) + len(tail)
        fields["content-type"] = f"multipart/byteranges; boundary={boundary}"
        await _start(send, 206, fields | {"content-length": str(length)})
        pieces: list[Span | bytes] = [
            part for pair in zip(heads, spans, strict=True) for part in pair
        ]
        await self._send_pieces([*pieces, tail], receive, send)

    async def _send_pieces(
        self, pieces: list[Span] | list[Span | bytes], receive: Receive, send: Send
    ) -> None:
        """Send spans of the file and the bytes between them; stop if the client disconnects."""
        chunks = list(_chunks(pieces))
        if len(chunks) <= 1:
            for chunk in chunks:
                await _end(send, await self._read(chunk))
            if not chunks:
                await _end(send)
            return
        async with anyio.create_task_group() as group:

            async def watch() -> None:
                while (await receive())["type"] != "http.disconnect":
                    pass
                group.cancel_scope.cancel()

            group.start_soon(watch)
            for chunk in chunks:
                await _more(send, await self._read(chunk))
            await _end(send)
            group.cancel_scope.cancel()

    async def _read(self, chunk: Span | bytes) -> bytes:
        if isinstance(chunk, bytes):
            return chunk
        data = await anyio.to_thread.run_sync(self._read_now, chunk)
        if len(data) != chunk.size:
            # Published files are replaced, never shortened. The connection is closed, so that the
            # client notices that the answer is not complete.
            raise OSError(f"{self._file.name} was shortened while it was sent")
        return data

    def _read_now(self, span: Span) -> bytes:
        return os.pread(self._file.stream.fileno(), span.size, span.start)

    async def _zipped(self, etag: str) -> bytes:
        data = self._gzip_cache.get(etag)
        if data is None:
            data = await anyio.to_thread.run_sync(self._zip_now)
            self._gzip_cache.put(etag, data)
        return data

    def _zip_now(self) -> bytes:
        return gzip.compress(self._read_now(Span(0, self._file.size)), _GZIP_LEVEL, mtime=0)

    def _validators(self, *, zipped: bool) -> Validators:
        found = self._file
        # A replaced file has a new inode, a file written in place a new modification time.
        state = f"{found.modified_ns:x}-{found.inode:x}-{found.size:x}"
        plain, packed = f'"{state}"', f'"{state}-gz"'
        modified = found.modified_ns // 1_000_000_000
        if not self._text:
            return Validators(plain, modified)
        return Validators(packed if zipped else plain, modified, (plain if zipped else packed,))

    def _fields(self, validators: Validators) -> dict[str, str]:
        name = self._file.name
        fields = {
            "content-type": http_headers.content_type(name),
            "accept-ranges": "bytes",
            "etag": validators.etag,
            "last-modified": validators.last_modified,
            "cache-control": http_headers.cache_control(name),
        }
        if self._text:
            fields["vary"] = "Accept-Encoding"
        if http_headers.is_shared(name):
            fields |= http_headers.SHARED_HEADERS
        return fields


def accepts_gzip(field: str) -> bool:
    """Whether an Accept-Encoding field allows gzip (RFC 9110, 12.5.3)."""
    weights: dict[str, float] = {}
    for item in field.lower().split(","):
        coding, _, parameter = (part.strip() for part in item.partition(";"))
        name, _, value = (part.strip() for part in parameter.partition("="))
        try:
            weights[coding] = float(value) if name == "q" else 1.0
        except ValueError:
            weights[coding] = 0.0
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0))) > 0


def _chunks(pieces: list[Span] | list[Span | bytes]) -> Iterator[Span | bytes]:
    for piece in pieces:
        if isinstance(piece, bytes):
            yield piece
            continue
        for start in range(piece.start, piece.end, _CHUNK_BYTES):
            yield Span(start, min(start + _CHUNK_BYTES, piece.end))


def _content_range(span: Span, size: int) -> str:
    return f"bytes {span.start}-{span.end - 1}/{size}"


async def _start(send: Send, status: int, fields: dict[str, str]) -> None:
    raw = [(name.encode("ascii"), value.encode("latin-1")) for name, value in fields.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})


async def _more(send: Send, data: bytes) -> None:
    await send({"type": "http.response.body", "body": data, "more_body": True})


async def _end(send: Send, data: bytes = b"") -> None:
    await send({"type": "http.response.body", "body": data, "more_body": False})
