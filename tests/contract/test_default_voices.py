"""Which voice reads if none is configured, what is said about a better one, and who is credited."""

from __future__ import annotations

import hashlib
import html
import json
import re
import shutil
from pathlib import Path

import pytest

from mujaz.voices.catalog import find_voice, is_installed, own_folder
from mujaz.voices.defaults import default_anchors, default_voice, suggested_voice
from tests.conftest import Mujaz, report_of
from tests.hts_voice import tiny_voice

_ZIAD = ("ziad", "ziad-high", "ziad-correspondent")
_HINT = "mujaz voices install ziad (3 MB)"
_BULLETIN = '[[bulletin.sources]]\npath = "stories/"\n[bulletin]\nmin_words = 3\n'


@pytest.fixture
def ziad(mujaz: Mujaz, tmp_path: Path) -> Path:
    """The folder that ``mujaz`` runs in, with the three voices, their model a tiny one."""
    folder = tmp_path / "work" / "voices"
    (folder / "hts").mkdir(parents=True)
    model = tiny_voice()
    (folder / "hts" / "ara_norm_ziad_hts.htsvoice").write_bytes(model)
    for name in _ZIAD:
        shipped = find_voice(name, Path("/nowhere"))
        text = (own_folder() / f"{name}.toml").read_text(encoding="utf-8")
        text = text.replace(shipped.sha256, hashlib.sha256(model).hexdigest())
        text = text.replace("size = 3130586", f"size = {len(model)}")
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder.parent


def test_the_best_installed_voice_is_the_default(ziad: Path, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing"
    assert default_voice(nothing, commercial=False) == "espeak-ar"
    assert set(default_anchors(nothing, commercial=False).values()) == {
        "espeak-anchor-female",
        "espeak-anchor-male",
    }
    assert default_voice(ziad, commercial=False) == "ziad"
    assert set(default_anchors(ziad, commercial=False).values()) == {"ziad", "ziad-high"}


def test_a_voice_that_does_not_expressly_allow_it_is_no_default_of_a_commercial_show(
    ziad: Path,
) -> None:
    assert default_voice(ziad, commercial=True) == "espeak-ar"
    assert "ziad" not in default_anchors(ziad, commercial=True).values()
    assert suggested_voice(ziad, commercial=True) is None


def test_the_default_needs_all_anchors_installed(ziad: Path) -> None:
    file = ziad / "voices" / "ziad-high.toml"
    file.write_text(file.read_text("utf-8").replace('"hts/', '"other/'), encoding="utf-8")
    assert default_voice(ziad, commercial=False) == "ziad"
    assert "ziad" not in default_anchors(ziad, commercial=False).values()


def test_a_damaged_voice_file_is_told_and_the_next_voice_reads(
    ziad: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (ziad / "voices" / "ziad.toml").write_text("name =", encoding="utf-8")
    assert default_voice(ziad, commercial=False) == "espeak-ar"
    assert str(ziad / "voices" / "ziad.toml") in caplog.text


def test_one_installation_serves_the_voices_that_share_a_model(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert not any(is_installed(find_voice(name, home)) for name in _ZIAD)
    model = home / "voices" / "hts" / "ara_norm_ziad_hts.htsvoice"
    model.parent.mkdir(parents=True)
    model.touch()
    for name in _ZIAD:
        voice = find_voice(name, home)
        assert is_installed(voice)
        assert voice.home == home / "voices"
    # Without a recorded hash another file of that name would be taken for the voice's.
    shutil.copytree(model.parent, home / "voices" / "piper", dirs_exist_ok=True)
    assert not is_installed(find_voice("piper-kareem", home))


def test_make_reads_with_it_and_credits_its_makers(
    ziad: Path, mujaz: Mujaz, short_article: Path
) -> None:
    result = mujaz("make", short_article, "-o", "show", "--json")
    assert result.returncode == 0, result.stderr.decode()
    assert report_of(result)["episode"]
    assert "voices install" not in result.stderr.decode()
    folder = next((ziad / "show" / "episodes").iterdir())
    manifest = json.loads((folder / "episode.json").read_text(encoding="utf-8"))
    assert manifest["voice"] == find_voice("ziad", ziad).title
    (credit,) = manifest["voice_credits"]
    page = html.unescape(re.sub("<[^>]+>", "", (folder / "index.html").read_text("utf-8")))
    feed = html.unescape((ziad / "show" / "feed.xml").read_text(encoding="utf-8"))
    for named in ("O. Heminna", "Nawar Halabi", "GPL-3.0", "CC BY 4.0"):
        assert named in credit
        assert named in page
        assert named in feed


def test_the_embedded_voice_needs_no_credit_and_a_better_one_is_named(
    mujaz: Mujaz, short_article: Path, tmp_path: Path
) -> None:
    plain = mujaz("make", short_article, "-o", "show")
    assert plain.stderr.decode().count(_HINT) == 1
    assert b"voices install" not in plain.stdout
    folder = next((tmp_path / "work" / "show" / "episodes").iterdir())
    assert "voice_credits" not in json.loads((folder / "episode.json").read_text("utf-8"))
    arabic = mujaz("make", short_article, "-o", "show", MUJAZ_LANG="ar").stderr.decode()
    assert "صوت أسهل فهما بكثير: mujaz voices install ziad (3 ميغابايت)" in arabic
    for quiet in (
        mujaz("make", short_article, "-o", "show", "--json"),
        mujaz("make", short_article, "-o", "show", "--voice", "espeak-ar"),
        mujaz("make", short_article, "-o", "show", MUJAZ_SPEECH_VOICE="espeak-ar"),
        mujaz("make", short_article, "-o", "show", MUJAZ_SHOW_COMMERCIAL="true"),
    ):
        assert quiet.returncode == 0, quiet.stderr.decode()
        assert "voices install" not in (quiet.stdout + quiet.stderr).decode()


def test_init_names_the_better_voice(mujaz: Mujaz) -> None:
    assert mujaz("init", "new").stderr.decode().count(_HINT) == 1


def test_a_bulletin_has_two_anchors_of_the_best_voice(ziad: Path, mujaz: Mujaz) -> None:
    (ziad / "stories").mkdir()
    (ziad / "stories" / "one.txt").write_text(
        "افتتاح جسر جديد في المدينة\n\nافتتحت المدينة جسرا جديدا فوق النهر صباح اليوم الأحد.\n",
        encoding="utf-8",
    )
    (ziad / "mujaz.toml").write_text(_BULLETIN, encoding="utf-8")
    result = mujaz("bulletin", "-o", "show")
    assert result.returncode == 0, result.stderr.decode()
    folder = next((ziad / "show" / "episodes").iterdir())
    (credit,) = json.loads((folder / "episode.json").read_text("utf-8"))["voice_credits"]
    assert all(find_voice(name, ziad).title in credit for name in ("ziad", "ziad-high"))
