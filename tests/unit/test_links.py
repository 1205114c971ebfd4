"""Symbolic links in a show folder: check, publish and serve agree on them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mujaz.errors import PublishError
from mujaz.publish.checks import check_show
from mujaz.publish.folder.layout import links_in, require_no_links
from mujaz.publish.remote.targets import open_target
from mujaz.publish.remote.upload import publish_folder
from tests.conftest import Mujaz
from tests.shows import CONFIG, episode, publish


@pytest.mark.parametrize("name", ["media", "episodes", "one"])
def test_a_link_in_a_show_is_found_by_check_and_refused_by_publishing(
    tmp_path: Path, name: str
) -> None:
    show, target = tmp_path / "show", tmp_path / "www"
    publish(show, episode(0))
    assert not links_in(show)
    linked = next(show.glob("media/*.mp3")) if name == "one" else show / name
    elsewhere = tmp_path / "elsewhere"
    linked.rename(elsewhere)
    linked.symlink_to(elsewhere)
    relative = str(linked.relative_to(show))
    assert links_in(show) == [relative]
    result = check_show(show, CONFIG, lambda path, stretches: [""] * len(stretches))
    assert (relative, "is a symbolic link, which neither the server nor a copy follows") in [
        (problem.where, problem.what) for problem in result.problems
    ]
    with pytest.raises(PublishError, match="symbolic link") as raised:
        publish_folder(show, open_target(str(target), show / ".mujaz"), lambda line: None)
    assert relative in str(raised.value)
    assert not target.exists() or not list(target.iterdir())


def test_a_link_to_the_whole_show_and_hidden_links_are_fine(tmp_path: Path) -> None:
    publish(tmp_path / "show", episode(0))
    (tmp_path / "link").symlink_to(tmp_path / "show")
    (tmp_path / "show" / ".hidden").symlink_to(tmp_path)
    (tmp_path / "show" / "about.html").symlink_to(tmp_path)
    assert not links_in(tmp_path / "link")
    require_no_links(tmp_path / "link")


def test_serving_a_show_with_links_is_refused(tmp_path: Path, mujaz: Mujaz) -> None:
    publish(tmp_path / "show", episode(0))
    (tmp_path / "show" / "media").rename(tmp_path / "media")
    (tmp_path / "show" / "media").symlink_to(tmp_path / "media")
    result = mujaz("serve", tmp_path / "show", "--port", "0")
    assert result.returncode == 1
    assert "symbolic link" in result.stderr.decode()
