"""Limits and classes at their edges: the lexicon, settings from the environment, the cover."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from mujaz.arabic.lexicon import Lexicon
from mujaz.arabic.lexicon_file import Entry
from mujaz.artwork.cover import check_image
from mujaz.artwork.lettering import line_width, wrapped
from mujaz.errors import ConfigError
from mujaz.settings.loading import load_config


def test_a_word_of_two_letters_takes_no_clitics() -> None:
    lexicon = Lexicon([Entry("يد", "يَد"), Entry("كتب", "كُتُب")])
    assert lexicon.knows("يد")
    assert not lexicon.knows("ويد")
    assert lexicon.knows("وكتب")


def test_only_nouns_and_adjectives_take_the_article() -> None:
    lexicon = Lexicon([Entry("لندن", "لَنْدَن", kind="name"), Entry("كتاب", "كِتَاب")])
    assert lexicon.knows("الكتاب")
    assert lexicon.knows("ولندن")
    assert not lexicon.knows("اللندن")


def test_a_misspelt_variable_is_named() -> None:
    with pytest.raises(ConfigError, match="MUJAZ_SHOW_TITEL"):
        load_config(environ={"MUJAZ_SHOW_TITEL": "نشرة"})


def test_the_shorter_side_of_a_picture_decides_whether_it_is_small(tmp_path: Path) -> None:
    path = tmp_path / "wide.png"
    Image.new("RGB", (3000, 600)).save(path)
    assert "3000 × 600" in check_image(path)


def test_one_line_more_than_there_is_room_for_is_no_fit() -> None:
    word = "الميناء"
    width = line_width(word, 100)
    assert wrapped(f"{word} {word} {word}", 100, width, 3) == [word] * 3
    assert wrapped(f"{word} {word} {word}", 100, width, 2) is None
