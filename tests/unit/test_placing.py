"""Where headlines, stories, music and chapters begin, from kinds and story indices alone."""

from __future__ import annotations

import pytest

from mujaz.domain import Cue, Kind, Script, Sentence, Story
from mujaz.pipeline.chapters import chapters, headlines, numbered, over_bed

_KINDS = {"S": Kind.STATION, "H": Kind.HEADLINE, "D": Kind.DATELINE, "B": Kind.BODY}


def _sentences(plan: str) -> tuple[Sentence, ...]:
    """``H0`` is a headline of story 0, ``S`` a station line of none."""
    out = []
    for number, word in enumerate(plan.split()):
        story = int(word[1:]) if word[1:] else -1
        out.append(Sentence(f"{word} {number}", word, _KINDS[word[0]], story=story))
    return tuple(out)


def _cues(sentences: tuple[Sentence, ...], left_out: tuple[int, ...] = ()) -> list[Cue]:
    kept = [s for number, s in enumerate(sentences) if number not in left_out]
    return [Cue(s, 1.0 + 5 * number, 4.0 + 5 * number) for number, s in enumerate(kept)]


def _script(plan: str) -> Script:
    sentences = _sentences(plan)
    count = max((s.story for s in sentences), default=-1) + 1
    stories = tuple(
        Story(f"قصة {number}", f"https://n.example/{number}") for number in range(count)
    )
    return Script("نشرة", stories, sentences)


@pytest.mark.parametrize(
    ("plan", "opening", "bed"),
    [
        ("S H0 D0 B0 B0", "", "1"),
        ("S H0 H0 B0 B0", "", "1 2"),
        ("S H0 B0 H1 B1", "", "1"),
        ("S H0 H1 H0 D0 B0 H1 B1 S", "1 2", "1 2"),
        ("S H0 S H1 S H0 B0 S H1 B1", "1 2 3", "1 2 3"),
        ("S H S H0 B0", "1", "1"),
        ("S H0 S H0 B0", "1", "1"),
        ("S H H H0 B0", "1 2", "1 2"),
        ("B0 B0", "", ""),
        ("S S", "", ""),
        ("H0 H1 H2", "", "0 1 2"),
        ("", "", ""),
    ],
)
def test_opening_headlines_and_music(plan: str, opening: str, bed: str) -> None:
    sentences = _sentences(plan)
    assert " ".join(map(str, headlines(sentences))) == opening
    assert " ".join(map(str, over_bed(sentences))) == bed


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        ("S H0 B0", "تنويه|قصة 0"),
        ("H0 B0 H1 B1", "قصة 0|قصة 1"),
        ("S H0 H1 S H0 B0 S H1 B1 S", "المقدمة|العناوين|قصة 0|قصة 1"),
        ("H0 H1 H0 B0 S1 H1 B1", "العناوين|قصة 0|قصة 1"),
        ("S H1 H0 H1 B1 H0 B0", "المقدمة|العناوين|قصة 1|قصة 0"),
    ],
)
def test_chapters_are_opening_headlines_and_stories(plan: str, expected: str) -> None:
    script = _script(plan)
    found = chapters(script, _cues(script.sentences))
    assert "|".join(chapter.title for chapter in found) == expected
    assert found[0].start == 0
    starts = [chapter.start for chapter in found]
    assert starts == sorted(set(starts))


def test_a_chapter_starts_within_the_pause_and_links_its_source() -> None:
    script = _script("S H0 B0 H1 B1")
    cues = _cues(script.sentences)
    for chapter, first, before in zip(chapters(script, cues)[1:], (1, 3), (0, 2), strict=True):
        assert cues[before].end < chapter.start < cues[first].start
        assert chapter.link.startswith("https://n.example/")


def test_a_story_whose_headline_failed_still_has_its_chapter() -> None:
    script = _script("S H0 H1 H0 B0 H1 B1")
    found = chapters(script, _cues(script.sentences, left_out=(2, 5)))
    assert [chapter.title for chapter in found] == ["المقدمة", "العناوين", "قصة 0", "قصة 1"]


def test_sentences_are_numbered_even_if_some_are_missing_or_foreign() -> None:
    sentences = _sentences("S H0 B0 B0")
    heard = [sentences[1], Sentence("غريبة", "غريبة"), sentences[3]]
    assert [number for number, _ in numbered(sentences, ((s, None) for s in heard))] == [1, -1, 3]
