"""``mujaz show check|rebuild|retract``, retention and corrections, on real shows."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import pytest
from PIL import Image

from mujaz.domain import Story
from mujaz.errors import ConfigError
from mujaz.publish.folder.cleanup import named_media
from mujaz.publish.folder.workspace import write_locked
from tests.conftest import EXAMPLES, Mujaz, report_of, tree
from tests.shows import CONFIG, episode, publish


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A show of two spoken episodes."""
    from mujaz.pipeline import make_episode
    from mujaz.settings.loading import load_config

    show = tmp_path_factory.mktemp("made") / "show"
    for name in ("weather.txt", "sport.txt"):
        make_episode([str(EXAMPLES / name)], show, load_config(environ={}))
    return show


@pytest.fixture
def show(made: Path, tmp_path: Path) -> Path:
    """A copy of the spoken show, to damage."""
    return Path(shutil.copytree(made, tmp_path / "show"))


def _edit(path: Path, change: Callable[[dict[str, object]], None]) -> None:
    data = json.loads(path.read_text("utf-8"))
    change(data)
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


def _manifest(show: Path) -> Path:
    return sorted(show.glob("episodes/*/episode.json"))[0]


def _shorten_audio(show: Path) -> None:
    path = sorted(show.glob("media/*.mp3"))[0]
    path.write_bytes(path.read_bytes()[:-500])


def _change_audio(show: Path) -> None:
    path = sorted(show.glob("media/*.mp3"))[0]
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


def _drop_sentence(show: Path) -> None:
    _edit(_manifest(show), lambda data: data["sentences"].pop(3))  # type: ignore[attr-defined]


def _drop_checksum(show: Path) -> None:
    _edit(_manifest(show), lambda data: data["sentences"][2].update(checksum=""))  # type: ignore[index]


def _drop_cue(show: Path) -> None:
    path = sorted(show.glob("media/*.vtt"))[0]
    blocks = path.read_text("utf-8").split("\n\n")
    path.write_text("\n\n".join([*blocks[:2], *blocks[3:]]), encoding="utf-8")


def _turn_caption(show: Path) -> None:
    """An override that nobody wrote: what follows is shown backwards."""
    path = sorted(show.glob("media/*.vtt"))[-1]
    text = path.read_text("utf-8")
    path.write_text(text.replace("\u202b", "\u202b\u202e", 1), encoding="utf-8")


def _drop_segment(show: Path) -> None:
    path = next(p for p in sorted(show.glob("media/*.json")) if ".chapters." not in p.name)
    _edit(path, lambda data: data["segments"].pop())  # type: ignore[attr-defined]


def _drop_chapter(show: Path) -> None:
    path = sorted(show.glob("media/*.chapters.json"))[0]
    _edit(path, lambda data: data["chapters"].pop())  # type: ignore[attr-defined]


def _drop_item(show: Path) -> None:
    feed = show / "feed.xml"
    head, _, rest = feed.read_text("utf-8").partition("    <item>")
    feed.write_text(head + rest.partition("</item>\n")[2], encoding="utf-8")


_DAMAGE: dict[str, Callable[[Path], None]] = {
    "bytes, not": _shorten_audio,
    "sha256": _change_audio,
    "missing or changed": _drop_sentence,
    "has no checksum": _drop_checksum,
    "captions have not the text": _drop_cue,
    "the captions have not the text of the manifest": _turn_caption,
    "transcript has not the sentences": _drop_segment,
    "chapters are not those": _drop_chapter,
    "does not hold an episode": _drop_item,
    "there is no feed": lambda show: (show / "feed.xml").unlink(),
    "page is missing": lambda show: sorted(show.glob("episodes/*/index.html"))[0].unlink(),
    "embedded player is missing": lambda show: sorted(show.glob("embed/*/*.json"))[0].unlink(),
    "does not know an episode": lambda show: sorted(show.glob("archive/*.json"))[0].unlink(),
    "audio file is missing": lambda show: sorted(show.glob("media/*.mp3"))[0].unlink(),
    "manifest is damaged": lambda show: _manifest(show).write_text("{"),
    "not well-formed": lambda show: (show / "feed.xml").write_text("<rss"),
    "which is not there": lambda show: sorted(show.glob("media/*.vtt"))[0].unlink(),
}


def test_a_whole_show_has_no_problems(show: Path, mujaz: Mujaz) -> None:
    result = mujaz("show", "check", show, "--json")
    assert result.returncode == 0
    data = json.loads(result.stdout)
    assert (data["episodes"], data["problems"]) == (2, [])
    assert data["sentences"] > 10


@pytest.mark.parametrize("found", _DAMAGE)
def test_damage_is_found(found: str, show: Path, mujaz: Mujaz) -> None:
    _DAMAGE[found](show)
    before = tree(show)
    result = mujaz("show", "check", show)
    assert result.returncode == 1
    assert found in result.stdout.decode()
    assert tree(show) == before


def test_a_rebuild_gives_back_the_same_bytes(show: Path, mujaz: Mujaz) -> None:
    before = tree(show)
    for name in before:
        if not name.endswith((".mp3", "episode.json")):
            (show / name).unlink()
    shutil.rmtree(show / ".mujaz")
    assert mujaz("show", "rebuild", show).returncode == 0
    guid = json.loads(before["mujaz-show.json"])["guid"].encode()
    again = tree(show)
    # Without an address the guid is random: with the state and the feed gone, a new one is drawn.
    new = json.loads(again["mujaz-show.json"])["guid"].encode()
    assert {name: data.replace(new, guid) for name, data in again.items()} == before


def test_the_guid_survives_the_loss_of_the_state(show: Path, mujaz: Mujaz) -> None:
    before = tree(show)
    (show / "mujaz-show.json").unlink()
    mujaz("show", "rebuild", show)
    assert tree(show) == before


def test_a_rebuild_repairs_what_is_made_from_manifests(show: Path, mujaz: Mujaz) -> None:
    before = tree(show)
    for damage in (_drop_cue, _drop_segment, _drop_chapter, _drop_item):
        damage(show)
    assert mujaz("show", "rebuild", show).returncode == 0
    assert tree(show) == before


def test_an_episode_without_its_audio_is_left_out_and_named(show: Path, mujaz: Mujaz) -> None:
    gone = sorted(show.glob("media/*.mp3"))[0]
    gone.unlink()
    result = mujaz("show", "rebuild", show)
    assert result.returncode == 1
    assert gone.name in result.stderr.decode()
    assert named_media(show / "feed.xml") == {p.name for p in show.glob("media/*.mp3")}


def test_what_is_no_show_is_told(tmp_path: Path, mujaz: Mujaz) -> None:
    for command in (["check"], ["rebuild"], ["retract", "x"]):
        result = mujaz("show", *command, tmp_path / "nothing")
        assert result.returncode == 1
        assert "not a show folder" in result.stderr.decode()
    assert not (tmp_path / "nothing").exists()


def test_a_retracted_episode_goes_and_stays_away(show: Path, mujaz: Mujaz) -> None:
    entry = next(e for e in feedparser.parse(str(show / "feed.xml")).entries if "أمطار" in e.title)
    media = show / "media" / entry.enclosures[0].href.rsplit("/", 1)[1]
    assert mujaz("show", "retract", entry.id, show).returncode == 0
    assert entry.id not in {e.id for e in feedparser.parse(str(show / "feed.xml")).entries}
    assert not list(show.glob(f"media/{media.stem}*"))
    text = b"".join(tree(show).values()).decode("utf-8", "ignore")
    assert entry.title not in text
    assert mujaz("show", "check", show).returncode == 0

    result = mujaz("make", EXAMPLES / "weather.txt", "-o", show, "--json")
    report = report_of(result)
    assert result.returncode == 1
    assert report["episode"] is None
    assert "retracted" in report["stories"][0]["error"]
    assert mujaz("show", "retract", entry.id, show).returncode == 0

    result = mujaz("make", EXAMPLES / "weather.txt", "-o", show, "--replaces", entry.id)
    assert result.returncode == 0
    back = {e.id: e for e in feedparser.parse(str(show / "feed.xml")).entries}
    assert back[entry.id].published == entry.published
    assert mujaz("show", "check", show).returncode == 0


@pytest.mark.slow
def test_an_edited_retracted_article_is_met_again(show: Path, mujaz: Mujaz, tmp_path: Path) -> None:
    article = tmp_path / "article.txt"
    article.write_text((EXAMPLES / "culture.txt").read_text("utf-8"), encoding="utf-8")
    guid = report_of(mujaz("make", article, "-o", show, "--json"))["episode"]["guid"]
    mujaz("show", "retract", guid, show)
    lines = article.read_text("utf-8").splitlines()
    article.write_text("\n".join(["عنوان آخر للخبر", *lines[1:]]), encoding="utf-8")
    assert mujaz("make", article, "-o", show).returncode == 1


def test_an_unknown_guid_cannot_be_retracted(show: Path, mujaz: Mujaz) -> None:
    before = tree(show)
    assert mujaz("show", "retract", "urn:uuid:unknown", show).returncode == 1
    assert tree(show) == before


def test_a_correction_keeps_guid_date_and_old_media(
    tmp_path: Path, mujaz: Mujaz, short_article: Path
) -> None:
    show = tmp_path / "show"
    first = report_of(mujaz("make", short_article, "-o", show, "--json"))
    before = feedparser.parse(str(show / "feed.xml")).entries[0]
    text = short_article.read_text("utf-8")
    # The headline and one sentence.
    text = text.replace("افتتاح جسر جديد", "تدشين جسر حديث").replace("فوق النهر", "فوق الوادي")
    short_article.write_text(text, encoding="utf-8")
    second = report_of(mujaz("make", short_article, "-o", show, "--json"))
    after = feedparser.parse(str(show / "feed.xml")).entries[0]
    assert (after.id, after.published) == (before.id, before.published)
    assert "حُدِّثت" in after.content[0].value
    assert "حُدِّثت" not in before.content[0].value
    assert Path(first["episode"]["media"]).exists()
    assert second["episode"]["media"] != first["episode"]["media"]
    manifest = json.loads(_manifest(show).read_text("utf-8"))
    assert manifest["updated"]
    assert [r["media"] for r in manifest["replaced"]] == [Path(first["episode"]["media"]).name]
    # The station line and the sentences that did not change come from the cache.
    assert second["clips"]["cached"] >= 2
    assert mujaz("show", "check", show).returncode == 0

    mujaz("show", "rebuild", show, MUJAZ_SHOW_KEEP_MEDIA_DAYS="0")
    assert not list(show.glob(f"media/{Path(first['episode']['media']).stem}*"))
    assert Path(second["episode"]["media"]).exists()


def test_other_news_of_the_same_day_in_the_same_file_is_another_episode(
    tmp_path: Path, mujaz: Mujaz, short_article: Path
) -> None:
    show = tmp_path / "show"
    first = report_of(mujaz("make", short_article, "-o", show, "--json"))
    short_article.write_text(
        "فريق المدينة يفوز بكأس البطولة\n\nالأحد 8 مايو 2022 - 21:10\n\n"
        "فاز فريق المدينة بكأس البطولة بعد مباراة طويلة أمام ضيفه.\n",
        encoding="utf-8",
    )
    second = report_of(mujaz("make", short_article, "-o", show, "--json"))
    assert second["episode"]["guid"] != first["episode"]["guid"]


def test_episodes_beyond_keep_leave_the_feed_and_later_the_disk(tmp_path: Path) -> None:
    config = replace(CONFIG, keep=2, keep_media_days=7)
    publish(tmp_path, *(episode(n) for n in range(4)), config=config)
    assert len(named_media(tmp_path / "feed.xml")) == 2
    # Out of the feed, but for a listener with yesterday's copy of it the media are still there.
    assert len(list(tmp_path.glob("media/*.mp3"))) == 4
    _edit(
        tmp_path / "mujaz-show.json",
        lambda data: data.update(
            left={
                folder: (datetime.now(UTC) - timedelta(days=8)).isoformat()
                for folder in data["left"]  # type: ignore[attr-defined]
            }
        ),
    )
    publish(tmp_path, episode(4), config=config)
    # Two were due; the one that left just now rests.
    assert len(list(tmp_path.glob("media/*.mp3"))) == 3
    assert len(list(tmp_path.glob("episodes/*"))) == 3
    assert named_media(tmp_path / "feed.xml") <= {p.name for p in tmp_path.glob("media/*.mp3")}


def test_a_run_with_the_wrong_settings_removes_nothing(tmp_path: Path) -> None:
    publish(tmp_path, *(episode(n) for n in range(4)))
    before = set(tmp_path.rglob("media/*"))
    publish(tmp_path, episode(3), config=replace(CONFIG, keep=1))
    assert before <= set(tmp_path.rglob("media/*"))
    publish(tmp_path, episode(3))
    assert len(named_media(tmp_path / "feed.xml")) == 4


def test_episodes_older_than_keep_days_leave_but_the_newest_stays(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    old = [episode(n, published=now - timedelta(days=30 - n)) for n in range(3)]
    publish(tmp_path, *old, config=replace(CONFIG, keep_days=10))
    assert len(named_media(tmp_path / "feed.xml")) == 1
    publish(tmp_path, episode(9, published=now), config=replace(CONFIG, keep_days=10))
    assert len(named_media(tmp_path / "feed.xml")) == 1


def test_older_episodes_stand_in_archive_pages_and_topics_in_their_own_feed(tmp_path: Path) -> None:
    config = replace(CONFIG, page=10, keep=1000, sections={"politics": "سياسة"})
    stories = (Story("خبر", "https://news.example/s", section="سياسة"),)
    episodes = [episode(n, **({"stories": stories} if n % 20 == 0 else {})) for n in range(45)]
    publish(tmp_path, *episodes, config=config)
    seen: list[str] = []
    name = "feed.xml"
    while name:
        feed = feedparser.parse(str(tmp_path / name))
        assert not feed.bozo
        seen += [entry.id for entry in feed.entries]
        links = {link.rel: link.href.rsplit("/", 1)[1] for link in feed.feed.links if "rel" in link}
        assert links.get("next") == links.get("prev-archive")
        if name != "feed.xml":
            assert links["current"] == "feed.xml"
        name = links.get("prev-archive", "")
    assert seen == [e.guid for e in reversed(episodes)]
    topic = feedparser.parse(str(tmp_path / "feed-politics.xml"))
    assert [e.id for e in topic.entries] == [episodes[n].guid for n in (40, 20, 0)]
    assert topic.feed.title == "نشرة التجربة: سياسة"
    # Fewer episodes, fewer pages; without the setting, no topic feed.
    publish(tmp_path, episode(44), config=replace(CONFIG, keep=1000))
    assert [p.name for p in tmp_path.glob("feed*.xml")] == ["feed.xml"]


@pytest.mark.parametrize("name", ["../feed", "2026-01", "سياسة", "A b", ""])
def test_a_topic_feed_whose_name_leads_elsewhere_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        publish(tmp_path, episode(0), config=replace(CONFIG, sections={name: "سياسة"}))


@pytest.mark.slow
def test_an_archive_page_stays_the_same_when_new_episodes_come(tmp_path: Path) -> None:
    config = replace(CONFIG, page=10, keep=1000)
    # 120 episodes a month: two months, then some more.
    publish(tmp_path, *(episode(n, sentences=2) for n in range(150)), config=config)
    before = (tmp_path / "feed-2026-01-2.xml").read_bytes()
    publish(tmp_path, *(episode(n, sentences=2) for n in range(150, 153)), config=config)
    assert (tmp_path / "feed-2026-01-2.xml").read_bytes() == before


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ({"MUJAZ_SHOW_CATEGORY": "Nachrichten"}, "Apple"),
        ({"MUJAZ_SHOW_CATEGORY": "News > Weather"}, "Daily News"),
        ({"MUJAZ_SHOW_LANGUAGE": "Arabic"}, "language"),
        ({"MUJAZ_SHOW_EMAIL": "nobody"}, "e-mail"),
        ({"MUJAZ_SHOW_LINK": "news.example"}, "show.link"),
        ({"MUJAZ_SHOW_TITLE": " "}, "title"),
        ({"MUJAZ_SHOW_UPDATE_FREQUENCY": "daily"}, "RFC 5545"),
        ({"MUJAZ_SHOW_BASE_URL": "ftp://news.example/"}, "base_url"),
        ({"MUJAZ_SHOW_HUB": "hub"}, "hub"),
        ({"MUJAZ_SHOW_NEW_FEED_URL": "feed"}, "new_feed_url"),
    ],
)
def test_a_feed_that_directories_refuse_is_refused_before_any_work(
    setting: dict[str, str], told: str, show: Path, mujaz: Mujaz
) -> None:
    before = tree(show)
    for command in (["make", EXAMPLES / "culture.txt", "-o", show], ["show", "rebuild", show]):
        result = mujaz(*command, **setting)
        assert result.returncode == 1
        assert told in result.stderr.decode()
        assert "Hint" in result.stderr.decode()
    assert tree(show) == before


def test_the_guid_is_kept_when_the_feed_moves(tmp_path: Path, mujaz: Mujaz) -> None:
    def guid(**setting: str) -> str:
        mujaz("show", "rebuild", tmp_path, **setting)
        return str(json.loads((tmp_path / "mujaz-show.json").read_text("utf-8"))["guid"])

    publish(tmp_path, episode(), config=replace(CONFIG, base_url=""))
    placeholder = guid()
    assert placeholder == guid()
    # The test vector of the namespace's guid document is of an address without this folder.
    first = guid(MUJAZ_SHOW_BASE_URL="https://news.example/audio/")
    assert first != placeholder
    assert guid(MUJAZ_SHOW_BASE_URL="https://moved.example/") == first
    assert guid() == first
    assert guid(MUJAZ_SHOW_BASE_URL="https://news.example/audio/") == first


def test_a_lock_whose_folder_was_removed_is_not_held_twice(tmp_path: Path) -> None:
    import threading

    root = tmp_path / "show"
    inside: list[str] = []
    waiting, ending = threading.Event(), threading.Event()

    def second() -> None:
        with write_locked(root, waiting.set):
            inside.append("second in")
            ending.wait(60)
            inside.append("second out")

    with write_locked(root, lambda: None):
        thread = threading.Thread(target=second)
        thread.start()
        assert waiting.wait(60)
    # The first published nothing, so its folder is gone, lock and all. The third may come before
    # the second, or wait for it.
    with write_locked(root, ending.set):
        inside.append("third in")
    ending.set()
    thread.join(60)
    assert inside in (
        ["second in", "second out", "third in"],
        ["third in", "second in", "second out"],
    )


def test_the_feed_has_a_cover_drawn_or_made_of_the_newsrooms_own(
    tmp_path: Path, mujaz: Mujaz, show: Path
) -> None:
    def cover(**setting: str) -> Path:
        assert mujaz("show", "rebuild", show, **setting).returncode == 0
        feed = feedparser.parse(str(show / "feed.xml"))
        return show / str(feed.feed.image.href).rsplit("/", 1)[1]

    drawn = cover()
    stamp = drawn.stat().st_mtime_ns
    for path in (drawn, cover(MUJAZ_SHOW_TITLE="اسم آخر")):
        with Image.open(path) as image:
            assert (image.format, image.size, image.mode) == ("JPEG", (3000, 3000), "RGB")
    assert cover() == drawn
    assert drawn.stat().st_mtime_ns == stamp
    own = tmp_path / "own.png"
    Image.new("RGB", (900, 600), "red").save(own)
    made = cover(MUJAZ_SHOW_IMAGE=str(own))
    assert made != drawn
    feed = (show / "feed.xml").read_text("utf-8")
    assert 'width="3000"' in feed
    address = "https://news.example/cover.png"
    mujaz("show", "rebuild", show, MUJAZ_SHOW_IMAGE=address)
    assert f'href="{address}"' in (show / "feed.xml").read_text("utf-8")
    result = mujaz("show", "rebuild", show, MUJAZ_SHOW_IMAGE="missing.png")
    assert result.returncode == 1
    assert "Hint" in result.stderr.decode()
