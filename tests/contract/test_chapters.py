"""Chapters and tags as others read them: mutagen, ffprobe, mpv, and the bytes themselves."""

from __future__ import annotations

import json
import re
import shutil
import struct
import subprocess
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from mutagen.id3 import ID3

from mujaz.audio.codecs.mp3 import Mp3Writer
from mujaz.audio.codecs.tags import TagSet, ascii_url, write_tags
from mujaz.domain import Chapter
from tests.conftest import Mujaz, report_of

_TITLES = (
    "تنويه",
    "خبرٌ طويلُ العنوانِ عن افتتاحِ الجسرِ الجديدِ في المدينة",
    "نفط",
    "رياضة: 2-1",
    "طقس",
)
_STARTS = (0.0, 1.237, 2.5, 3.401, 4.75)
_LINKS = (
    "",
    "https://news.example/خبر/١?a=ب",
    "https://مثال.example/x",
    "https://news.example/a+b%20c#3",
    "https://news.example/5",
)
_CHAPTERS = tuple(
    Chapter(title, start, link) for title, start, link in zip(_TITLES, _STARTS, _LINKS, strict=True)
)


def _tagged(path: Path, chapters: tuple[Chapter, ...] = _CHAPTERS) -> Path:
    with path.open("wb") as stream:
        writer = Mp3Writer(stream, 96)
        writer.write((0.1 * np.sin(np.arange(6 * 44100) / 20)).astype(np.float32))
        writer.close()
    tags = TagSet(
        title="نشرة الصباح",
        artist="غرفة الأخبار",
        album="موجز",
        day=datetime(2026, 11, 24),
        language="ar",
        track=7,
        comment="ملاحظة",
        lyrics="السطر الأول\nالسطر الثاني",
        guid="urn:uuid:1",
        duration_s=6.0,
        chapters=chapters,
        encoder="mujaz",
        link="https://news.example/",
        category="News > Daily News",
        cover=b"\xff\xd8\xff\xe0 picture",
    )
    write_tags(path, tags)
    return path


def _needs(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed (Debian: ffmpeg, mpv)")


def _raw_frames(data: bytes) -> list[tuple[str, bytes]]:
    """Frames of an ID3v2.3 tag in file order, by nothing but the specification."""
    assert data[:5] == b"ID3\x03\x00"
    size = sum(byte << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True))
    at, out = 10, []
    while at + 10 <= 10 + size and data[at]:
        name, length = (
            data[at : at + 4].decode("ascii"),
            struct.unpack(">I", data[at + 4 : at + 8])[0],
        )
        out.append((name, data[at + 10 : at + 10 + length]))
        at += 10 + length
    return out


def test_chapter_frames_stand_in_time_order_in_the_bytes(tmp_path: Path) -> None:
    frames = _raw_frames(_tagged(tmp_path / "x.mp3").read_bytes())
    names = [name for name, _ in frames]
    chapters = [body for name, body in frames if name == "CHAP"]
    starts = [struct.unpack(">I", body[body.index(b"\0") + 1 :][:4])[0] for body in chapters]
    assert starts == [round(start * 1000) for start in _STARTS]
    assert names.index("CTOC") < names.index("CHAP")
    assert names[-1] == "APIC", "the heavy picture comes last"
    contents = next(body for name, body in frames if name == "CTOC")
    ids = [body[: body.index(b"\0")] for body in chapters]
    assert contents.startswith(b"toc\0\x03" + bytes([len(ids)]) + b"\0".join(ids) + b"\0")


def test_a_tag_that_is_full_ends_where_the_next_chapter_begins(tmp_path: Path) -> None:
    many = tuple(Chapter(f"خبر {n}", n / 100) for n in range(300))
    tags = ID3(_tagged(tmp_path / "x.mp3", many))
    found = sorted(tags.getall("CHAP"), key=lambda frame: frame.start_time)
    assert len(found) == len(tags["CTOC:toc"].child_element_ids) == 255
    assert found[-1].end_time == 2550
    few = ID3(_tagged(tmp_path / "y.mp3", many[:255])).getall("CHAP")
    assert max(frame.end_time for frame in few) == 6000


def _script(stories: int) -> str:
    """An episode of so many very short stories, each a chapter."""
    parts = ["# mujaz script 1", "@script", "title: نشرة طويلة", "date: 2026-11-24"]
    for number in range(stories):
        parts += ["@story", f"title: خبر {number}", "@headline 0", "خبر", "@body 0 p=0", "نص"]
    return "\n".join(parts) + "\n"


def test_chapters_that_the_tag_cannot_hold_are_told_and_kept(mujaz: Mujaz, tmp_path: Path) -> None:
    """A table of contents holds 255 entries; chapters file, feed and page know no such limit."""
    fast = {"MUJAZ_SPEECH_VOICE": "tone", "MUJAZ_TEXT_DIACRITIZER": "none"}

    def warnings(count: int) -> list[str]:
        path = tmp_path / f"{count}.script"
        path.write_text(_script(count), encoding="utf-8")
        result = mujaz("make", path, "-o", tmp_path / f"show-{count}", "--json", **fast)
        assert result.returncode == 0, result.stderr.decode()
        told = report_of(result)["warnings"]
        return [warning for warning in told if "chapters" in warning]

    (warning,) = warnings(260)
    assert "holds 255 chapters, so 5 are only" in warning
    assert "'خبر 255'" in warning
    assert warning.startswith("نشرة طويلة: ")
    assert "make two episodes" in warning
    (path,) = (tmp_path / "show-260" / "media").glob("*.chapters.json")
    assert len(json.loads(path.read_text("utf-8"))["chapters"]) == 260
    assert (
        len(ID3(path.with_name(path.name.replace(".chapters.json", ".mp3"))).getall("CHAP")) == 255
    )
    assert warnings(255) == []


def test_mutagen_reads_everything_back(tmp_path: Path) -> None:
    tags = ID3(_tagged(tmp_path / "x.mp3"))
    found = sorted(tags.getall("CHAP"), key=lambda frame: frame.start_time)
    assert [str(frame.sub_frames["TIT2"]) for frame in found] == list(_TITLES)
    assert str(tags["TIT2"]) == "نشرة الصباح"
    assert str(tags["TALB"]) == "موجز"
    assert str(tags["TRCK"]) == "7"
    assert str(tags["TDRC"]) == "2026-11-24"
    assert str(tags["TCON"]) == "Podcast"
    assert str(tags["TLAN"]) == "ara"
    assert str(tags["COMM::ara"]) == "ملاحظة"
    assert str(tags["USLT::ara"]) == "السطر الأول\nالسطر الثاني"
    assert str(tags["TGID"]) == "urn:uuid:1"
    assert tags["PCST"].value == 1
    assert tags["WOAF"].url == "https://news.example/"
    assert tags.getall("WFED") == []


def test_every_chapter_has_its_source_as_an_ascii_address(tmp_path: Path) -> None:
    frames = ID3(_tagged(tmp_path / "x.mp3")).getall("CHAP")
    frames.sort(key=lambda frame: frame.start_time)
    links = [frame.sub_frames.get("WXXX:chapter url") for frame in frames]
    assert [link.url if link else "" for link in links] == [
        "",
        "https://news.example/%D8%AE%D8%A8%D8%B1/%D9%A1?a=%D8%A8",
        "https://xn--mgbh0fb.example/x",
        "https://news.example/a+b%20c#3",
        "https://news.example/5",
    ]


@pytest.mark.parametrize(
    "url", ["http://[bad", "خبر", "https://" + "ا" * 80 + "/", "https://a..b/\n\r\0", "\ud800", ""]
)
def test_hostile_addresses_become_ascii_and_stay_one_line(url: str) -> None:
    out = ascii_url(url)
    assert out.isascii()
    assert not re.search(r"[\s\x00]", out)


def test_ffprobe_lists_the_chapters_in_order(tmp_path: Path) -> None:
    _needs("ffprobe")
    path = _tagged(tmp_path / "x.mp3")
    command = ["ffprobe", "-v", "error", "-show_chapters", "-show_format", "-of", "json", str(path)]
    said = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)
    assert [chapter["tags"]["title"] for chapter in said["chapters"]] == list(_TITLES)
    starts = [float(chapter["start_time"]) for chapter in said["chapters"]]
    assert starts == pytest.approx(_STARTS, abs=0.001)
    assert float(said["chapters"][-1]["end_time"]) == pytest.approx(6.0, abs=0.001)
    assert said["format"]["tags"]["title"] == "نشرة الصباح"
    assert float(said["format"]["duration"]) == pytest.approx(6.0, abs=0.05)


def test_mpv_lists_the_chapters_in_order(tmp_path: Path) -> None:
    _needs("mpv")
    path = _tagged(tmp_path / "x.mp3")
    asked = "CHAPTERS ${chapter-list}"
    command = ["mpv", "--no-config", "--ao=null", "--vo=null", "--no-video", "--length=0.1"]
    command += [f"--term-playing-msg={asked}", str(path)]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    listed = (
        done.stdout.decode("utf-8", "replace").split("CHAPTERS ", 1)[1].splitlines()[: len(_TITLES)]
    )
    for line, title, start in zip(listed, _TITLES, _STARTS, strict=True):
        assert title in line
        assert f"00:00:0{int(start)}" in line


def test_ffmpeg_decodes_exactly_the_samples_that_were_encoded(tmp_path: Path) -> None:
    _needs("ffmpeg")
    path = _tagged(tmp_path / "x.mp3")
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-map", "0:a", "-f", "s16le", "-"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    assert len(done.stdout) // 2 == 6 * 44100
