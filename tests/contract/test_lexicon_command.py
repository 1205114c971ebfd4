"""``mujaz lexicon`` and the settings of ``[text]``, through the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mujaz.arabic.completion import without_case
from mujaz.arabic.marks import shadda_first, strip_marks
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
    result = mujaz("lexicon", "add", "دباس", "دباس")
    assert result.returncode == 1
    assert b"neither marks" in result.stderr
    assert mujaz("lexicon", "add", "كتب", "كَُتب").returncode == 1
    assert b"Hint" in result.stderr
    assert mujaz("lexicon", "add", "دباس", "دِبَّاس", "--class", "thing").returncode == 2


@pytest.mark.parametrize(
    ("word", "given", "written"),
    [
        ("رلى", "رُلى", "رُلَى"),
        ("دباس", "الدِّبّاس", "دِبَّاس"),
        ("الرياض", "رِياض", "الرِّيَاض"),
        ("سلطنة عمان", "سلطنة عُمان", "سَلْطَنَة عُمَان"),
    ],
)
def test_a_form_that_is_marked_in_part_is_filled_in_and_shown(
    mujaz: Mujaz, word: str, given: str, written: str
) -> None:
    result = mujaz("lexicon", "add", word, given)
    assert result.returncode == 0, result.stderr.decode()
    assert result.stdout.decode().split("\t")[:2] == [word, shadda_first(written)]
    (row,) = json.loads(mujaz("lexicon", "list", "--json").stdout)
    assert row["vocalized"] == shadda_first(written)


def test_a_removed_word_is_read_as_before(mujaz: Mujaz) -> None:
    sentence = "زار دباس المدينة\n".encode()
    before = mujaz("text", "diacritize", data=sentence).stdout
    mujaz("lexicon", "add", "قطر", "قِطر")
    mujaz("lexicon", "add", "دباس", "دِبّاس")
    assert mujaz("text", "diacritize", data=sentence).stdout != before

    removed = mujaz("lexicon", "remove", "دباس")

    assert removed.stdout.decode().startswith("دباس\t")
    assert mujaz("text", "diacritize", data=sentence).stdout == before
    assert [row["word"] for row in json.loads(mujaz("lexicon", "list", "--json").stdout)] == ["قطر"]
    again = mujaz("--lang", "ar", "lexicon", "remove", "دباس")
    assert again.returncode == 1
    assert "ليست 'دباس' في معجم" in again.stderr.decode()


def test_a_reading_that_check_offered_is_chosen_by_its_number(mujaz: Mujaz) -> None:
    article = "لقاء جديد في المدينة\n\nغادر كيليتشدار المدينة مساء اليوم بعد لقاء الوزير.\n"
    assert mujaz("lexicon", "add", "كيليتشدار", "2").returncode == 1
    (doubt,) = json.loads(mujaz("lexicon", "check", "--json", data=article.encode()).stdout)
    assert doubt["used"] in doubt["readings"]

    chosen = mujaz("lexicon", "add", "كيليتشدار", "2", "--class", "name")

    assert chosen.returncode == 0, chosen.stderr.decode()
    form = chosen.stdout.decode().split("\t")[1]
    assert form == without_case(doubt["readings"][1])
    assert form in mujaz("text", "diacritize", data=article.encode()).stdout.decode()
    beyond = mujaz("lexicon", "add", "كيليتشدار", "9")
    assert beyond.returncode == 1
    assert b"none of the" in beyond.stderr


def test_a_word_is_spoken_in_a_sentence(mujaz: Mujaz, tmp_path: Path) -> None:
    outs = []
    for form in ("دِبّاس", "دُبّاس"):
        mujaz("lexicon", "add", "دباس", form)
        path = tmp_path / "word.wav"
        result = mujaz("lexicon", "say", "دباس", "-o", path)
        assert result.returncode == 0, result.stderr.decode()
        assert result.stdout.decode() == f"{path}\n"
        outs.append(path.read_bytes())
    assert outs[0][:4] == b"RIFF"
    assert outs[0] != outs[1]
    assert mujaz("lexicon", "say", "دباس", "-o", "word.ogg").returncode == 2


@pytest.mark.slow
def test_check_reads_folders_and_scripts_and_knows_what_an_editor_settled(
    mujaz: Mujaz, tmp_path: Path
) -> None:
    folder = tmp_path / "stories"
    (folder / "more").mkdir(parents=True)
    text = "لقاء جديد في المدينة\n\nغادر كيليتشدار المدينة مساء اليوم بعد لقاء الوزير.\n"
    (folder / "one.txt").write_text(text, encoding="utf-8")
    script = mujaz("script", "make", folder / "one.txt").stdout.decode()
    (folder / "more" / "two.script").write_text(script, encoding="utf-8")

    (doubt,) = json.loads(mujaz("lexicon", "check", folder, "--json").stdout)
    assert (doubt["word"], doubt["count"]) == ("كيليتشدار", 2)
    assert doubt["weight"] == pytest.approx(2 * doubt["doubt"], abs=0.01)

    used, other = doubt["used"], doubt["readings"][1]
    settled = script.replace(without_case(used), without_case(other))
    assert settled != script
    (folder / "more" / "two.script").write_text(settled, encoding="utf-8")
    (doubt,) = json.loads(mujaz("lexicon", "check", folder, "--json").stdout)
    assert doubt["count"] == 1
    empty = tmp_path / "empty"
    empty.mkdir()
    assert mujaz("lexicon", "check", empty).returncode == 1


def test_check_reads_the_configured_bulletin(mujaz: Mujaz, tmp_path: Path) -> None:
    (tmp_path / "stories").mkdir()
    sentence = "غادر كيليتشدار المدينة مساء اليوم بعد لقاء الوزير في مبنى الحكومة."
    text = f"لقاء جديد في المدينة\n\n{' '.join([sentence] * 6)}\n"
    (tmp_path / "stories" / "one.txt").write_text(text, encoding="utf-8")
    config = tmp_path / "mujaz.toml"
    config.write_text('[[bulletin.sources]]\npath = "stories/"\n', encoding="utf-8")

    result = mujaz("--config", config, "lexicon", "check", "--bulletin", "--json")

    assert result.returncode == 0, result.stderr.decode()
    doubts = {doubt["word"]: doubt for doubt in json.loads(result.stdout)}
    assert doubts["كيليتشدار"]["count"] >= 6
    assert doubts["كيليتشدار"]["source"] == "bulletin"


def test_check_lists_repairs_of_spelling_with_the_forms_that_were_weighed(mujaz: Mujaz) -> None:
    article = "اجتماع في المدينة\n\nوصل الوفد الى وزارة الصحه مساء اليوم بعد لقاء الوزير.\n"
    doubts = json.loads(mujaz("lexicon", "check", "--json", data=article.encode()).stdout)
    repairs = {doubt["word"]: doubt for doubt in doubts if doubt["reason"] == "spelling"}
    assert {"الى", "الصحه"} == set(repairs)
    assert strip_marks(repairs["الصحه"]["used"]) == "الصحة"
    assert repairs["الى"]["readings"][0] == "إلى"
    off = mujaz(
        "lexicon", "check", "--json", data=article.encode(), MUJAZ_TEXT_REPAIR_SPELLING="false"
    )
    assert "spelling" not in {doubt["reason"] for doubt in json.loads(off.stdout)}


def test_check_lists_first_what_is_doubtful_and_often_said(mujaz: Mujaz) -> None:
    article = (
        "لقاء جديد في المدينة\n\n"
        "قال كيليتشدار إن شركة روبلوكس ستواصل العمل في المدينة اليوم.\n\n"
        "وغادر كيليتشدار المدينة مساء اليوم بعد لقاء الوزير.\n"
    ).encode()

    doubts = json.loads(mujaz("lexicon", "check", "-", "--json", data=article).stdout)

    words = [doubt["word"] for doubt in doubts]
    assert {"كيليتشدار", "روبلوكس"} <= set(words)
    assert "المدينة" not in words
    weights = [doubt["doubt"] * doubt["count"] for doubt in doubts]
    assert weights == sorted(weights, reverse=True)
    first = doubts[words.index("كيليتشدار")]
    assert first["count"] == 2
    assert "كيليتشدار" in first["context"]
    assert first["readings"]

    mujaz("lexicon", "add", "كيليتشدار", "كِيلِيتْشْدَار", "--class", "name")
    again = mujaz("lexicon", "check", data=article).stdout.decode()
    assert "كيليتشدار\t" not in again
    assert "روبلوكس\t" in again


@pytest.mark.slow
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
