"""Transcripts of the written text with cue times: WebVTT and Podcasting 2.0 JSON.

WebVTT: W3C Candidate Recommendation, 2019. JSON: podcast namespace, "transcripts" document.
Inline word times are left out of the VTT: players of podcast apps show them as text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from mujaz.arabic.clauses import split_clauses
from mujaz.domain import Cue, Episode

# The podcast namespace recommends captions of at most this many characters.
_CAPTION_CHARS = 65
_LEAST_STEP_S = 0.001


def vtt(episode: Episode) -> str:
    """The transcript as WebVTT."""
    lines = ["WEBVTT", ""]
    for start, end, text in _captions(episode):
        lines += [f"{_clock(start)} --> {_clock(end)}", _escaped(text), ""]
    return "\n".join(lines)


def transcript_json(episode: Episode) -> str:
    """The transcript as Podcasting 2.0 JSON: one segment a sentence, times strictly rising."""
    segments = []
    last = -1.0
    for cue in episode.cues:
        body = cue.sentence.text.strip()
        if not body:
            continue
        start = max(round(cue.start, 3), round(last + _LEAST_STEP_S, 3))
        last = start
        segments.append(
            {
                "speaker": episode.voice,
                "startTime": start,
                "endTime": max(round(cue.end, 3), start),
                "body": body,
            }
        )
    return (
        json.dumps({"version": "1.0.0", "segments": segments}, ensure_ascii=False, indent=1) + "\n"
    )


def _captions(episode: Episode) -> Iterator[tuple[float, float, str]]:
    """Captions short enough to read, timed within their sentence."""
    last = 0.0
    for cue in episode.cues:
        pieces = split_clauses(cue.sentence.text, _CAPTION_CHARS)
        if not pieces:
            continue
        bounds = _piece_bounds(cue, pieces)
        for piece, start, end in zip(pieces, bounds, bounds[1:], strict=False):
            start = max(start, last)
            end = max(end, start + _LEAST_STEP_S)
            last = end
            yield start, min(end, episode.duration_s), piece


def _piece_bounds(cue: Cue, pieces: list[str]) -> list[float]:
    """Start of each piece and the cue's end, by the share of letters before it."""
    total = sum(len(piece) for piece in pieces)
    bounds = [cue.start]
    done = 0
    for piece in pieces:
        done += len(piece)
        bounds.append(cue.start + (cue.end - cue.start) * done / total)
    return bounds


def _clock(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def _escaped(text: str) -> str:
    """Cue text may hold neither markup nor the arrow of a timing line."""
    return " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
