"""Write transcripts with times: WebVTT, Podcasting 2.0 JSON, plain HTML.

WebVTT: W3C Candidate Recommendation, 2019. JSON and HTML: podcast namespace, "transcripts"
document. The VTT has no inline word times, because podcast apps show them as text.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from itertools import groupby

from mujaz.domain import Cue, Episode, Kind
from mujaz.publish.html.plain import (
    POP_EMBEDDING,
    RIGHT_TO_LEFT_EMBEDDING,
    RIGHT_TO_LEFT_MARK,
    one_line,
    printable,
    web_address,
)
from mujaz.publish.html.wording import direction, labels

# The podcast namespace recommends captions of at most this many characters.
_CAPTION_CHARS = 65
_ARABIC_FIRST = re.compile(r"[\u0620-\u064a\u066e-\u06d3]")
_encode = json.JSONEncoder(ensure_ascii=False).encode
# Files of episodes of this version and later embed each caption as a whole.
_EMBEDDED = 2
_STOP = re.compile(r"[،؛:.!؟…,;?»)]+ ")


def vtt(episode: Episode, language: str) -> str:
    """Write WebVTT: times rise, and no caption ends after the recording.

    Captions from right to left say so themselves (:func:`_directed`).
    """
    right_to_left = direction(language) == "rtl"
    embedded = episode.files_version >= _EMBEDDED
    lines = ["WEBVTT", ""]
    # Most captions begin where the previous one ended: format that time only once.
    written = (-1, "")
    for start, end, text, cue in _captions(episode):
        speaker = _voice_tag(episode, cue)
        begins = written[1] if start == written[0] else _clock(start)
        written = end, _clock(end)
        shown = _directed(text, embedded) if right_to_left else _escaped(text)
        lines += [f"{begins} --> {written[1]}", f"{speaker}{shown}", ""]
    return "\n".join(lines)


def transcript_json(episode: Episode) -> str:
    """Write Podcasting 2.0 JSON: one segment per sentence, start times strictly rising.

    Where the engine timed words, a segment lists them under ``words``; readers that do not know
    the key ignore it.
    """
    segments: list[str] = []
    last = -1
    for cue in episode.cues:
        body = one_line(cue.sentence.text)
        if not body:
            continue
        last = start = max(_ms(cue.start), last + 1)
        segment = {
            "speaker": one_line(episode.reader(cue)),
            "startTime": start / 1000,
            "endTime": max(_ms(cue.end), start + 1) / 1000,
            "body": body,
        }
        segments.append(_with_words(_encode(segment), cue))
    # Not indented: that would take Python's encoder ten times as long.
    return f'{{"version": "1.0.0", "segments": [{", ".join(segments)}]}}\n'


def transcript_html(episode: Episode, language: str) -> str:
    """Write plain HTML: one section per story, paragraphs with time and text."""
    title = html.escape(one_line(episode.title))
    out = [
        f'<!DOCTYPE html>\n<html lang="{html.escape(language)}" dir="{direction(language)}">',
        f'<head>\n<meta charset="utf-8">\n<title>{title}</title>\n</head>\n<body>',
        f"<h1>{title}</h1>",
    ]
    for index, cues in groupby(episode.cues, key=lambda cue: cue.sentence.story):
        out += _section(episode, index, list(cues))
    return "\n".join([*out, "</body>\n</html>\n"])


def _section(episode: Episode, index: int, cues: list[Cue]) -> Iterator[str]:
    yield "<section>"
    for (kind, _), part in groupby(cues, key=lambda c: (c.sentence.kind, c.sentence.paragraph)):
        group = list(part)
        text = html.escape(" ".join(one_line(cue.sentence.text) for cue in group))
        if kind is Kind.HEADLINE:
            yield f"<h2>{text}</h2>"
        else:
            seconds = int(group[0].start)
            yield f"<p><time>{seconds // 60}:{seconds % 60:02d}</time> {text}</p>"
    link = web_address(episode.stories[index].url) if 0 <= index < len(episode.stories) else ""
    if link:
        source = labels("ar")["source"]
        yield f'<p><a href="{html.escape(link)}">{source}</a></p>'
    yield "</section>"


def _with_words(segment: str, cue: Cue) -> str:
    """Add the words that the engine timed to a segment; each lasts until the next begins.

    Words are nine tenths of a transcript. Joining strings here, with each time formatted once,
    takes a third of the time of encoding objects.
    """
    text = cue.sentence.text
    written = text.split()
    if not text.isprintable():
        written = [printable(word) for word in written]
    timed = [(index, repr(at)) for index, at in cue.words if index < len(written)]
    if not timed:
        return segment
    # Printable text needs escapes for these two characters only (RFC 8259, section 7).
    bare = '"' not in text and "\\" not in text
    bodies = [f'"{word}"' for word in written] if bare else [_encode(word) for word in written]
    ends = [*(at for _, at in timed[1:]), repr(cue.end)]
    words = ", ".join(
        [
            f'{{"startTime": {start}, "endTime": {end}, "body": {bodies[index]}}}'
            for (index, start), end in zip(timed, ends, strict=True)
        ]
    )
    return f'{segment[:-1]}, "words": [{words}]}}'


def _directed(text: str, embedded: bool) -> str:
    """Make a caption run from right to left in every player.

    Browsers take the direction from the first letter (WebVTT, section 6.1; Unicode Standard Annex
    9, P2): a mark goes before one that would run the wrong way. mpv and VLC lay every caption out
    from left to right, except for what is embedded. The text holds no embedding of its own
    (``printable``), so the one that is opened here is closed here.
    """
    mark = "" if _ARABIC_FIRST.match(text) else RIGHT_TO_LEFT_MARK
    if not embedded:
        return f"{mark}{_escaped(text)}"
    return f"{mark}{RIGHT_TO_LEFT_EMBEDDING}{_escaped(text)}{POP_EMBEDDING}"


def _voice_tag(episode: Episode, cue: Cue) -> str:
    """The WebVTT voice span that names a caption's speaker, if there are several."""
    if len(episode.readers) < 2:
        return ""
    return f"<v {_escaped(one_line(episode.reader(cue)))}>"


def _captions(episode: Episode) -> Iterator[tuple[int, int, str, Cue]]:
    """Cut sentences into captions; each is start, end (ms), text and its sentence."""
    last = 0
    total = int(episode.duration_s * 1000)
    for cue in episode.cues:
        pieces = _caption_lines(one_line(cue.sentence.text))
        bounds = _piece_bounds(cue, pieces)
        for piece, start, end in zip(pieces, bounds, bounds[1:], strict=False):
            # WebVTT refuses a cue that does not end after its start.
            begin = max(start, last)
            last = max(min(end, total), begin + 1)
            yield begin, last, piece, cue


def _caption_lines(text: str) -> list[str]:
    """Break a sentence into lines of at most 65 characters, at punctuation if possible."""
    lines: list[str] = []
    while len(text) > _CAPTION_CHARS:
        head = text[: _CAPTION_CHARS + 1]
        stops = [match.end() for match in _STOP.finditer(head) if match.end() > _CAPTION_CHARS // 3]
        # A word that is longer than a caption is cut.
        cut = stops[-1] if stops else head.rfind(" ") + 1 or _CAPTION_CHARS
        lines.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*lines, text] if text else lines


def _piece_bounds(cue: Cue, pieces: list[str]) -> list[int]:
    """Start of each piece and end of the cue (ms), in proportion to the letters before it."""
    if len(pieces) == 1:
        return [_ms(cue.start), _ms(cue.end)]
    total = sum(len(piece) for piece in pieces)
    bounds = [_ms(cue.start)]
    done = 0
    for piece in pieces:
        done += len(piece)
        bounds.append(_ms(cue.start + (cue.end - cue.start) * done / total))
    return bounds


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _clock(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}.{rest:03d}"


def _escaped(text: str) -> str:
    """Escape cue text, which may hold neither markup nor the arrow of a timing line."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
