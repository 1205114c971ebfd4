"""Pauses of a script: by punctuation within a paragraph, by kind elsewhere."""

from __future__ import annotations

from mujaz.domain import Article, Kind
from mujaz.text.script import Reading, build_script


def test_pauses_follow_punctuation_and_kind() -> None:
    paragraph = "هل وصل الوفد؟ وصل الوفد صباحا. قال الوزير «لن نقبل!» ثم خرج الوفد."
    articles = [Article("عنوان أول", (paragraph, "فقرة ثانية.")), Article("عنوان ثان", ("متن.",))]
    script = build_script(articles, Reading(lambda line: line), disclosure="تنويه.")
    pauses = {sentence.text: sentence.pause_ms for sentence in script.sentences}
    assert pauses["هل وصل الوفد؟"] > pauses["وصل الوفد صباحا."]
    body = [s for s in script.sentences if s.kind is Kind.BODY and s.story == 0]
    within, paragraph_end, story_end = body[1].pause_ms, body[-2].pause_ms, body[-1].pause_ms
    assert within < paragraph_end < story_end
    headline = next(s for s in script.sentences if s.kind is Kind.HEADLINE)
    station = script.sentences[0]
    assert len({headline.pause_ms, station.pause_ms, within, paragraph_end, story_end}) == 5
