"""Write the tags of an episode, including chapters: ID3 for MP3, OpusTags for Opus.

ID3v2.3 with UTF-16 text is the version that old Windows players and car radios read as well
(id3.org, ID3v2.3.0; chapters: "ID3v2 Chapter Frame Addendum 1.0").
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from mutagen import MutagenError
from mutagen.id3 import ID3
from mutagen.id3._frames import (
    APIC,
    CHAP,
    COMM,
    CTOC,
    PCST,
    TALB,
    TCAT,
    TCON,
    TCOP,
    TDES,
    TDRC,
    TENC,
    TGID,
    TIT2,
    TLAN,
    TPE1,
    TRCK,
    TSSE,
    USLT,
    WOAF,
    WXXX,
)
from mutagen.id3._specs import CTOCFlags
from mutagen.id3._tags import save_frame
from mutagen.oggopus import OggOpus

from mujaz.domain import Chapter
from mujaz.errors import AudioError

_UTF8 = 3  # mutagen converts to UTF-16 when it writes v2.3
_NO_OFFSET = 0xFFFFFFFF
# Picture type "Cover (front)" (ID3v2.3, 4.15).
_COVER_FRONT = 3
# The table of contents (CTOC) counts its entries in one byte.
MOST_CHAPTERS = 255
# The names of Opus chapter fields have three digits.
MOST_OPUS_CHAPTERS = 999
_URL_SAFE = "/%:=&?~#+!$,;'@()*[]"
_LANGUAGES = {"ar": "ara", "en": "eng", "fr": "fra", "fa": "fas"}


@dataclass(frozen=True, slots=True)
class TagSet:
    """Content of an episode's tag.

    Attributes:
        duration_s: Length of the audio in seconds, where the last chapter ends.
        language: Two-letter code; written as ISO 639-2.
        lyrics: The full text of the episode.
    """

    title: str
    artist: str
    album: str
    day: datetime
    language: str
    track: int
    comment: str
    lyrics: str
    guid: str
    duration_s: float
    chapters: tuple[Chapter, ...]
    encoder: str
    link: str = ""
    category: str = ""
    copyright: str = ""
    cover: bytes = b""
    cover_mime: str = "image/jpeg"


class OrderedID3(ID3):  # type: ignore[misc]
    """ID3 tag with frames in a fixed order: texts, table of contents, chapters by time, cover.

    mutagen sorts frames by size, but players list chapters in file order (quodlibet/mutagen#506).
    """

    _FIRST = ("TIT2", "TPE1", "TRCK", "TALB", "TDRC", "TYER", "TDAT", "TIME", "TCON", "TLAN")

    def _write(self, config: Any) -> bytearray:
        frames = sorted(self.values(), key=self._place)
        return bytearray().join(save_frame(frame, config=config) for frame in frames)

    def _place(self, frame: Any) -> tuple[int, int, str]:
        name = frame.FrameID
        if name == "CTOC":
            return (50, 0, "")
        if name == "CHAP":
            return (51, frame.start_time, frame.element_id)
        if name == "APIC":
            return (90, 0, "")
        return (self._FIRST.index(name) if name in self._FIRST else 40, 0, frame.HashKey)


def write_tags(path: Path, tags: TagSet) -> None:
    """Tag an MP3 file in place; a tag that it has is replaced.

    Chapters after the first :data:`MOST_CHAPTERS` are left out; the caller warns of it.

    Raises:
        AudioError: If the file cannot be written.
    """
    language = _LANGUAGES.get(tags.language[:2], "und")
    frames = OrderedID3()
    for kind, text in (
        (TIT2, tags.title),
        (TPE1, tags.artist),
        (TALB, tags.album),
        (TRCK, str(tags.track)),
        (TCON, "Podcast"),
        (TLAN, language),
        (TENC, tags.encoder),
        (TSSE, "LAME 3.100"),
        (TCOP, tags.copyright),
        (TGID, tags.guid),
        (TDES, tags.comment),
        (TCAT, tags.category),
    ):
        if text:
            frames.add(kind(encoding=_UTF8, text=[_printable(text)]))
    frames.add(TDRC(encoding=_UTF8, text=[tags.day.strftime("%Y-%m-%d")]))
    frames.add(PCST(value=1))
    frames.add(COMM(encoding=_UTF8, lang=language, desc="", text=[_printable(tags.comment)]))
    frames.add(USLT(encoding=_UTF8, lang=language, desc="", text=_printable(tags.lyrics)))
    if tags.link:
        frames.add(WOAF(url=ascii_url(tags.link)))
    if tags.cover:
        frames.add(
            APIC(
                encoding=_UTF8,
                mime=tags.cover_mime,
                type=_COVER_FRONT,
                desc="cover",
                data=tags.cover,
            )
        )
    _add_chapters(frames, tags)
    frames.update_to_v23()
    with _disk_errors(path):
        frames.save(path, v1=0, v2_version=3, v23_sep="/")


def write_opus_tags(path: Path, tags: TagSet) -> None:
    """Tag an Opus file in place: OpusTags (RFC 7845, section 5.2) with the fields of Xiph's "Vorbis
    comment field recommendations" and "Chapter Extension".

    Chapters after the first :data:`MOST_OPUS_CHAPTERS` are left out; the caller warns of it. Cover
    and full text are left out too: this file is for listeners who pay by the megabyte, and the feed
    has both.

    Raises:
        AudioError: If the file cannot be written.
    """
    fields = {
        "title": tags.title,
        "artist": tags.artist,
        "album": tags.album,
        "date": tags.day.strftime("%Y-%m-%d"),
        "language": _LANGUAGES.get(tags.language[:2], "und"),
        "tracknumber": str(tags.track),
        "genre": "Podcast",
        "description": tags.comment,
        "contact": tags.link,
        "copyright": tags.copyright,
        "encoder": tags.encoder,
    }
    for number, chapter in enumerate(sorted(tags.chapters, key=lambda c: c.start)):
        if number == MOST_OPUS_CHAPTERS:
            break
        minutes, ms = divmod(round(chapter.start * 1000), 60_000)
        key = f"chapter{number:03d}"
        fields[key] = f"{minutes // 60:02d}:{minutes % 60:02d}:{ms / 1000:06.3f}"
        fields[f"{key}name"] = chapter.title
        fields[f"{key}url"] = ascii_url(chapter.link) if chapter.link else ""
    with _disk_errors(path):
        sound = OggOpus(path)
        sound.delete()
        for name, text in fields.items():
            if text:
                sound[name.upper()] = _printable(text)
        sound.save()


@contextmanager
def _disk_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (MutagenError, OSError) as error:
        raise AudioError(
            f"the tags could not be written: {error}",
            where=str(path),
            hint="check the free space and the permissions of the folder",
        ) from error


def _add_chapters(frames: OrderedID3, tags: TagSet) -> None:
    ordered = sorted(tags.chapters, key=lambda chapter: chapter.start)
    chapters = ordered[:MOST_CHAPTERS]
    if not chapters:
        return
    # Of all chapters, so that the last one in the tag ends where the first left out begins.
    bounds = [*(round(chapter.start * 1000) for chapter in ordered), round(tags.duration_s * 1000)]
    ids = [f"chp{index:03d}" for index in range(len(chapters))]
    for index, chapter in enumerate(chapters):
        inner = [TIT2(encoding=_UTF8, text=[_printable(chapter.title)])]
        if chapter.link:
            address = ascii_url(chapter.link)
            inner.append(WXXX(encoding=_UTF8, desc="chapter url", url=address))
        frames.add(
            CHAP(
                element_id=ids[index],
                start_time=bounds[index],
                end_time=bounds[index + 1],
                start_offset=_NO_OFFSET,
                end_offset=_NO_OFFSET,
                sub_frames=inner,
            )
        )
    frames.add(
        CTOC(
            element_id="toc",
            flags=CTOCFlags.TOP_LEVEL | CTOCFlags.ORDERED,
            child_element_ids=ids,
            sub_frames=[TIT2(encoding=_UTF8, text=[_printable(tags.title)])],
        )
    )


def ascii_url(url: str) -> str:
    """Convert an address to ASCII for URL frames, which contain ISO-8859-1.

    The host is IDNA-encoded, the rest is percent-encoded (RFC 3987, section 3.1).

    >>> ascii_url("https://مثال.example/خبر?ص=١")
    'https://xn--mgbh0fb.example/%D8%AE%D8%A8%D8%B1?%D8%B5=%D9%A1'
    """
    url = url.encode("utf-8", "replace").decode("utf-8")  # lone surrogates
    try:
        parts = urlsplit(url)
    except ValueError:
        # A host in brackets that is not an IP address cannot be parsed.
        return quote(url, safe=_URL_SAFE)
    try:
        host = parts.netloc.encode("idna").decode("ascii")
    except UnicodeError:
        host = quote(parts.netloc, safe="@:[]%")
    rest = [quote(part, safe=_URL_SAFE) for part in parts[2:]]
    return urlunsplit((parts.scheme, host, *rest))


def _printable(text: str) -> str:
    """Remove control characters, which truncate or garble fields in some players."""
    if text.isprintable():
        return text
    return "".join(char for char in text if char in "\n\t" or char.isprintable())
