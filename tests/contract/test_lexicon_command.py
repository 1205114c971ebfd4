"""``mujaz lexicon`` and the settings of ``[text]``, through the command line."""

from __future__ import annotations

import json
from pathlib import Path

from mujaz.arabic.marks import shadda_first
from mujaz.pipeline.say import say
from mujaz.settings.loading import load_config
from tests.conftest import Mujaz


def test_what_is_added_is_listed_and_spoken(mujaz: Mujaz) -> None:
    data = "زار دباس المدينة\n".encode()
    before = mujaz("text", "diacritize", data=data).stdout.decode()

    result = mujaz("lexicon", "add", "دباس", "دِبَّاس")
    assert result.returncode == 0, result.stderr.decode()

    after = mujaz("text", "diacritize", data=data).stdout.decode()
    assert shadda_first("دِبَّاس") in after
    assert after != before
    rows = json.loads(mujaz("lexicon", "list", "--json").stdout)
    assert [row["word"] for row in rows] == ["دباس"]
    assert set(rows[0]) == {"word", "vocalized", "spoken", "class", "source"}
    assert len(mujaz("lexicon", "list").stdout.decode().splitlines()) == 1
    assert len(mujaz("lexicon", "list", "--all").stdout.decode().splitlines()) > 1000


def test_the_configured_file_is_used(mujaz: Mujaz, tmp_path: Path) -> None:
    config = tmp_path / "here" / "mujaz.toml"
    config.parent.mkdir()
    config.write_text('[text]\nlexicon = "words.tsv"\n', encoding="utf-8")

    missing = mujaz("--config", config, "text", "diacritize", data="كتب".encode())
    assert missing.returncode == 1
    assert b"words.tsv" in missing.stderr

    assert mujaz("--config", config, "lexicon", "add", "دباس", "دِبَّاس").returncode == 0
    assert (config.parent / "words.tsv").is_file()
    out = mujaz("--config", config, "text", "diacritize", data="دباس".encode()).stdout.decode()
    assert shadda_first("دِبَّاس") in out


def test_a_wrong_form_is_refused(mujaz: Mujaz) -> None:
    result = mujaz("lexicon", "add", "دباس", "دبَّاس")
    assert result.returncode == 1
    assert b"neither vowel nor sukun" in result.stderr
    assert b"Hint" in result.stderr
    assert mujaz("lexicon", "add", "دباس", "دِبَّاس", "--class", "thing").returncode == 2


def test_check_lists_the_doubtful_words_most_doubtful_first(mujaz: Mujaz) -> None:
    article = (
        "لقاء جديد في المدينة\n\n"
        "قال كيليتشدار إن شركة روبلوكس ستواصل العمل في المدينة اليوم.\n\n"
        "وغادر كيليتشدار المدينة مساء اليوم بعد لقاء الوزير.\n"
    ).encode()

    doubts = json.loads(mujaz("lexicon", "check", "-", "--json", data=article).stdout)

    words = [doubt["word"] for doubt in doubts]
    assert {"كيليتشدار", "روبلوكس"} <= set(words)
    assert "المدينة" not in words
    assert [d["doubt"] for d in doubts] == sorted((d["doubt"] for d in doubts), reverse=True)
    first = doubts[words.index("كيليتشدار")]
    assert first["count"] == 2
    assert "كيليتشدار" in first["context"]
    assert first["readings"]

    mujaz("lexicon", "add", "كيليتشدار", "كِيلِيتْشْدَار", "--class", "name")
    again = mujaz("lexicon", "check", data=article).stdout.decode()
    assert "كيليتشدار\t" not in again
    assert "روبلوكس\t" in again


def test_pausal_forms_can_be_turned_off_and_extended_to_commas(
    mujaz: Mujaz, tmp_path: Path
) -> None:
    """The setting changes what ``make`` would say, and --pausal follows it."""
    article = "افتتاح جسر جديد\n\nكَتَبَ الوَلَدُ الدَّرْسَ، ثُمَّ غَادَرَ الوَلَدُ المَدْرَسَةَ مُسْرِعًا.\n"
    outs = {}
    for name, value in (("off", "false"), ("stops", "true"), ("commas", '"commas"')):
        config = tmp_path / f"{name}.toml"
        config.write_text(f"[text]\npausal = {value}\n", encoding="utf-8")
        arguments = ("--config", config, "make", "-", "--dry-run", "--keep-stages", tmp_path / name)
        assert mujaz(*arguments, data=article.encode()).returncode == 0
        outs[name] = (tmp_path / name / "script.json").read_text(encoding="utf-8")
    assert "مُسْرِعًا" in outs["off"]
    assert "مُسْرِعَا" in outs["stops"]
    assert shadda_first("الدَّرْسَ،") in outs["stops"]
    assert shadda_first("الدَّرْس،") in outs["commas"]
    assert mujaz("make", "-", MUJAZ_TEXT_PAUSAL="sometimes", data=b"x").returncode == 1
    assert load_config(environ={"MUJAZ_TEXT_PAUSAL": "off"}).text.pausal is False


def test_a_respelling_reaches_the_voice(tmp_path: Path) -> None:
    plain = load_config(environ={})
    path = tmp_path / "lexicon.tsv"
    path.write_text("بلقيس\tبلقيس\tبَالْقِيس\n", encoding="utf-8")
    respelled = load_config(environ={"MUJAZ_TEXT_LEXICON": str(path)})
    assert say("بلقيس هنا", plain) != say("بلقيس هنا", respelled)
