"""Installing voices from a real server that breaks off, sends other bytes, or is down."""

from __future__ import annotations

import contextlib
import hashlib
import http.server
import json
import shutil
import ssl
import subprocess
import threading
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from mujaz.errors import DownloadError
from mujaz.voices.download import download
from tests.conftest import Mujaz

_MODEL = bytes(range(256)) * 8_000
_CONFIG = b'{"audio": {"sample_rate": 22050}}'
# As piper-kareem.toml states it.
_KAREEM_BYTES = 63_201_294
_DIGEST = hashlib.sha256(_MODEL).hexdigest()


@dataclass
class Mirror:
    """What the server has and how it misbehaves.

    Attributes:
        files: Content by path.
        break_after: Bytes after which an answer is cut, for so many answers.
        ranges: Whether it honours Range.
        asked: Every request as (path, Range header).
        redirects: Location by path.
        announces: Whether it sends Content-Length.
        endless: Whether a body never ends.
    """

    files: dict[str, bytes]
    break_after: int = 0
    breaks: int = 0
    ranges: bool = True
    asked: list[tuple[str, str]] = field(default_factory=list)
    redirects: dict[str, str] = field(default_factory=dict)
    announces: bool = True
    endless: bool = False
    url: str = ""


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    """A server on this machine; its behaviour is set by the test."""
    state = Mirror({"/voice.onnx": _MODEL, "/voice.onnx.json": _CONFIG})

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self._answer(head=True)

        def do_GET(self) -> None:
            state.asked.append((self.path, self.headers.get("Range", "")))
            self._answer(head=False)

        def _answer(self, *, head: bool) -> None:
            if self.path in state.redirects:
                self.send_response(302)
                self.send_header("Location", state.redirects[self.path])
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            data = state.files.get(self.path)
            if data is None:
                self.send_error(404)
                return
            tag = f'"{hashlib.sha256(data).hexdigest()[:8]}"'
            start = 0
            asked = self.headers.get("Range", "")
            if asked and state.ranges and self.headers.get("If-Range") == tag:
                start = int(asked.removeprefix("bytes=").rstrip("-"))
            if start > len(data):
                self.send_error(416)
                return
            self.send_response(206 if start else 200)
            self.send_header("ETag", tag)
            if state.announces:
                self.send_header("Content-Length", str(len(data) - start))
            else:
                self.close_connection = True
            self.end_headers()
            body = data[start:]
            if not head and state.breaks and len(body) > state.break_after:
                state.breaks -= 1
                body = body[: state.break_after]
                self.close_connection = True
            with contextlib.suppress(ConnectionError):
                while not head:
                    self.wfile.write(body)
                    if not state.endless:
                        return

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield state
    server.shutdown()
    server.server_close()
    thread.join()


def write_voice(work: Path, **keys: object) -> Path:
    """A voice of one's own in ``voices/`` beside the configuration."""
    table = {
        "name": "far",
        "engine": "piper",
        "model_path": "far/voice.onnx",
        "licence": "CC BY-NC 4.0",
        "commercial": False,
        **keys,
    }
    folder = work / "voices"
    folder.mkdir(exist_ok=True)
    lines = ["# a comment that stays"]
    lines += [f"{key} = {json.dumps(value)}" for key, value in table.items()]
    path = folder / "far.toml"
    path.write_text("\n".join(lines) + "\n\n[settings]\nspeed = 1.0\n", encoding="utf-8")
    return path


@pytest.fixture
def work(tmp_path: Path, mujaz: Mujaz) -> Path:
    """Where the command runs; the servers of these tests have a private address."""
    folder = tmp_path / "work"
    (folder / "mujaz.toml").write_text('[fetch]\nallow_hosts = ["127.0.0.1"]\n', encoding="utf-8")
    return folder


def test_a_voice_is_fetched_and_its_hashes_are_recorded(
    mujaz: Mujaz, mirror: Mirror, work: Path
) -> None:
    path = write_voice(work, url=f"{mirror.url}/voice.onnx")
    result = mujaz("voices", "install", "far", "--yes", "--json")
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["files"]["far/voice.onnx"] == _DIGEST
    assert (work / "voices/far/voice.onnx").read_bytes() == _MODEL
    assert (work / "voices/far/voice.onnx.json").read_bytes() == _CONFIG
    text = path.read_text(encoding="utf-8")
    assert "# a comment that stays" in text
    table = tomllib.loads(text)
    assert table["sha256"] == _DIGEST
    assert table["size"] == len(_MODEL)
    assert table["files"][0]["sha256"] == hashlib.sha256(_CONFIG).hexdigest()
    assert table["settings"] == {"speed": 1.0}
    told = result.stderr.decode()
    assert "2 MB" in told
    assert "CC BY-NC 4.0 (non-commercial only)" in told
    mirror.asked.clear()
    assert mujaz("voices", "install", "far").returncode == 0
    assert mirror.asked == []


def test_the_licence_is_asked_for_and_no_means_nothing_is_fetched(
    mujaz: Mujaz, mirror: Mirror, work: Path
) -> None:
    write_voice(work, url=f"{mirror.url}/voice.onnx")
    for data, word in ((b"n\n", "not accepted"), (b"", "--yes")):
        result = mujaz("voices", "install", "far", data=data)
        assert result.returncode == 1
        assert word in result.stderr.decode()
    assert mirror.asked == []
    assert mujaz("voices", "install", "far", data=b"y\ny\n").returncode == 0


def test_a_hash_that_is_refused_is_not_recorded(mujaz: Mujaz, mirror: Mirror, work: Path) -> None:
    path = write_voice(work, url=f"{mirror.url}/voice.onnx")
    result = mujaz("voices", "install", "far", data=b"y\nn\n")
    assert result.returncode == 1
    assert _DIGEST in result.stderr.decode()
    assert "sha256" not in path.read_text(encoding="utf-8")


def test_a_commercial_show_refuses_a_non_commercial_voice_unless_told(
    mujaz: Mujaz, mirror: Mirror, work: Path
) -> None:
    write_voice(work, url=f"{mirror.url}/voice.onnx")
    refused = mujaz("voices", "install", "far", "--yes", MUJAZ_SHOW_COMMERCIAL="true")
    assert refused.returncode == 1
    assert b"forbids commercial use" in refused.stderr
    assert mirror.asked == []
    told = mujaz(
        "voices", "install", "far", "--yes", "--non-commercial-use", MUJAZ_SHOW_COMMERCIAL="true"
    )
    assert told.returncode == 0


def test_a_broken_download_goes_on_within_the_command(
    mujaz: Mujaz, mirror: Mirror, work: Path
) -> None:
    write_voice(work, url=f"{mirror.url}/voice.onnx", sha256=_DIGEST)
    mirror.break_after, mirror.breaks = 500_000, 2
    result = mujaz("voices", "install", "far", "--yes")
    assert result.returncode == 0, result.stderr
    asked = [range_ for path, range_ in mirror.asked if path == "/voice.onnx"]
    assert asked == ["", "bytes=500000-", "bytes=1000000-"]


def test_a_broken_download_goes_on_in_the_next_command(
    mujaz: Mujaz, mirror: Mirror, work: Path
) -> None:
    write_voice(work, url=f"{mirror.url}/voice.onnx", sha256=_DIGEST)
    mirror.break_after, mirror.breaks = 100_000, 4
    result = mujaz("voices", "install", "far", "--yes")
    assert result.returncode == 1
    assert b"run the command again" in result.stderr
    assert not (work / "voices/far/voice.onnx").exists()
    mirror.asked.clear()
    assert mujaz("voices", "install", "far", "--yes").returncode == 0
    assert mirror.asked[0] == ("/voice.onnx", "bytes=400000-")
    assert not list((work / "voices/far").glob("*.part*"))


def test_a_server_without_ranges_is_read_from_the_start(tmp_path: Path, mirror: Mirror) -> None:
    mirror.break_after, mirror.breaks, mirror.ranges = 100_000, 1, False
    target = tmp_path / "voice.onnx"
    assert download([f"{mirror.url}/voice.onnx"], target, allow_hosts=["127.0.0.1"]) == _DIGEST
    assert target.read_bytes() == _MODEL


def test_parts_of_two_versions_are_not_joined(tmp_path: Path, mirror: Mirror) -> None:
    mirror.break_after, mirror.breaks = 100_000, 4
    target = tmp_path / "voice.onnx"
    with pytest.raises(DownloadError):
        download([f"{mirror.url}/voice.onnx"], target, allow_hosts=["127.0.0.1"])
    mirror.files["/voice.onnx"] = _MODEL[::-1]
    download([f"{mirror.url}/voice.onnx"], target, allow_hosts=["127.0.0.1"])
    assert target.read_bytes() == _MODEL[::-1]


def test_a_spoilt_part_is_fetched_anew(tmp_path: Path, mirror: Mirror) -> None:
    """The tag is right and the bytes are not: a disk or another program did that."""
    mirror.break_after, mirror.breaks = 100_000, 4
    target = tmp_path / "voice.onnx"
    with pytest.raises(DownloadError):
        download([f"{mirror.url}/voice.onnx"], target, sha256=_DIGEST, allow_hosts=["127.0.0.1"])
    part = tmp_path / "voice.onnx.part"
    part.write_bytes(b"x" * part.stat().st_size)
    assert (
        download([f"{mirror.url}/voice.onnx"], target, sha256=_DIGEST, allow_hosts=["127.0.0.1"])
        == _DIGEST
    )


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (_MODEL[:-1] + b"!", "sha256"),
        (b"<!DOCTYPE html><title>log in</title>", "web page"),
        (b"", "empty"),
    ],
)
def test_what_is_not_the_file_is_not_installed(
    mujaz: Mujaz, mirror: Mirror, work: Path, content: bytes, word: str
) -> None:
    write_voice(
        work, url=f"{mirror.url}/voice.onnx", **({"sha256": _DIGEST} if word == "sha256" else {})
    )
    mirror.files["/voice.onnx"] = content
    result = mujaz("voices", "install", "far", "--yes")
    assert result.returncode == 1
    assert word in result.stderr.decode()
    assert not list((work / "voices/far").glob("voice.onnx*"))


@pytest.mark.parametrize("place", ["/voice.onnx", "/some/where/voice.onnx"])
def test_a_mirror_has_files_by_name_or_by_path(
    mujaz: Mujaz, mirror: Mirror, work: Path, place: str
) -> None:
    write_voice(work, url="https://models.invalid/some/where/voice.onnx?download=true")
    mirror.files = {place: _MODEL, f"{place}.json": _CONFIG}
    result = mujaz("voices", "install", "far", "--yes", "--mirror", mirror.url)
    assert result.returncode == 0, result.stderr
    assert (work / "voices/far/voice.onnx").read_bytes() == _MODEL


def test_a_mirror_may_be_a_folder(mujaz: Mujaz, work: Path, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "voice.onnx").write_bytes(_MODEL)
    (stick / "voice.onnx.json").write_bytes(_CONFIG)
    write_voice(work, url="https://models.invalid/voice.onnx")
    assert mujaz("voices", "install", "far", "--yes", "--mirror", stick).returncode == 0
    missing = mujaz("voices", "install", "far", "--yes", "--mirror", tmp_path)
    assert missing.returncode == 0
    (work / "voices/far/voice.onnx").unlink()
    missing = mujaz("voices", "install", "far", "--yes", "--mirror", tmp_path)
    assert missing.returncode == 1
    assert b"no such file" in missing.stderr
    assert b"its publisher has it at https://models.invalid/voice.onnx" in missing.stderr
    assert b"copy https://models.invalid/voice.onnx to " in missing.stderr


def test_offline_it_says_what_to_copy_where(mujaz: Mujaz, work: Path) -> None:
    write_voice(work, url="http://127.0.0.1:9/models/voice.onnx")
    result = mujaz("voices", "install", "far", "--yes")
    assert result.returncode == 1
    told = result.stderr.decode()
    for name in ("voice.onnx", "voice.onnx.json"):
        place = work / "voices/far" / name
        assert f"copy http://127.0.0.1:9/models/{name} to {place}" in told
    # Copied by hand: the command goes on with what is there.
    (work / "voices/far").mkdir(exist_ok=True)
    (work / "voices/far/voice.onnx").write_bytes(_MODEL)
    (work / "voices/far/voice.onnx.json").write_bytes(_CONFIG)
    assert mujaz("voices", "install", "far", "--yes").returncode == 0


def test_a_voice_without_a_url_says_where_its_files_belong(mujaz: Mujaz, work: Path) -> None:
    write_voice(work)
    result = mujaz("voices", "install", "far", "--yes")
    assert result.returncode == 1
    assert str(work / "voices/far/voice.onnx") in result.stderr.decode()


def test_a_file_that_changed_is_refused_and_shown(mujaz: Mujaz, mirror: Mirror, work: Path) -> None:
    write_voice(work, url=f"{mirror.url}/voice.onnx")
    mujaz("voices", "install", "far", "--yes")
    assert b"as recorded" in mujaz("voices", "show", "far").stdout
    (work / "voices/far/voice.onnx").write_bytes(_MODEL + b"!")
    result = mujaz("voices", "install", "far", "--yes")
    assert result.returncode == 1
    assert b"not the file that was recorded" in result.stderr
    states = json.loads(mujaz("voices", "show", "far", "--json").stdout)["files"]
    assert states[0]["state"] == "NOT the recorded file"


_PAGE = {"published_page": "https://models.example/far", "published_date": "2026-11-28"}


def test_what_its_publisher_states_is_enforced_and_the_computed_hash_recorded(
    mujaz: Mujaz, mirror: Mirror, work: Path
) -> None:
    path = write_voice(
        work, url=f"{mirror.url}/voice.onnx", published_sha256=_DIGEST.upper(), **_PAGE
    )
    mirror.files["/voice.onnx"] = _MODEL[:-1] + b"!"
    result = mujaz("voices", "install", "far", "--yes")
    assert result.returncode == 1
    assert not list((work / "voices/far").glob("voice.onnx*"))
    assert "sha256" not in tomllib.loads(path.read_text(encoding="utf-8"))
    # Copied by hand it is refused too, and `show` tells.
    (work / "voices/far").mkdir(exist_ok=True)
    (work / "voices/far/voice.onnx").write_bytes(_MODEL[:-1] + b"!")
    result = mujaz("voices", "install", "far", "--yes")
    assert result.returncode == 1
    assert "not the file that its publisher states" in result.stderr.decode()
    assert "https://models.example/far, 2026-11-28" in result.stderr.decode()
    assert b"NOT the file that its publisher states" in mujaz("voices", "show", "far").stdout
    (work / "voices/far/voice.onnx").write_bytes(_MODEL)
    result = mujaz("voices", "install", "far", "--yes")
    assert result.returncode == 0, result.stderr
    assert "as its publisher states" in result.stderr.decode()
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    assert (table["sha256"], table["published_sha256"]) == (_DIGEST, _DIGEST.upper())


@pytest.mark.parametrize(
    "keys", [{"published_sha256": _DIGEST}, {**_PAGE, "published_sha256": "d5822c"}, _PAGE]
)
def test_a_published_hash_needs_its_page_and_day(
    mujaz: Mujaz, work: Path, keys: dict[str, str]
) -> None:
    write_voice(work, **keys)
    result = mujaz("voices", "install", "far", "--yes")
    assert result.returncode == 1
    assert b"published_page and published_date" in result.stderr


def test_a_shipped_voice_goes_into_the_user_folder_and_away_again(
    mujaz: Mujaz, mirror: Mirror, tmp_path: Path
) -> None:
    home = str(tmp_path / "data")
    name = "ar_JO-kareem-medium.onnx"
    model = _MODEL + bytes(_KAREEM_BYTES - len(_MODEL))
    mirror.files = {f"/{name}": model, f"/{name}.json": _CONFIG}
    result = mujaz(
        "voices", "install", "piper-kareem", "--yes", "--mirror", mirror.url, XDG_DATA_HOME=home
    )
    assert result.returncode == 0, result.stderr
    folder = tmp_path / "data" / "mujaz" / "voices"
    assert result.stdout.decode().strip() == str(folder / "piper-kareem.toml")
    assert (folder / "piper" / name).read_bytes() == model
    rows = json.loads(mujaz("voices", "list", "--json", XDG_DATA_HOME=home).stdout)
    states = {row["name"]: row["installed"] for row in rows}
    assert states["piper-kareem"]
    assert not states["xtts-v2-female"]
    assert (
        mujaz("voices", "remove", "piper-kareem", data=b"n\n", XDG_DATA_HOME=home).returncode == 1
    )
    removed = mujaz("voices", "remove", "piper-kareem", "--yes", XDG_DATA_HOME=home)
    assert removed.returncode == 0, removed.stderr
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    assert mujaz("voices", "show", "piper-kareem", XDG_DATA_HOME=home).returncode == 0


def test_remove_leaves_what_another_voice_uses(mujaz: Mujaz, mirror: Mirror, work: Path) -> None:
    path = write_voice(work, url=f"{mirror.url}/voice.onnx")
    mujaz("voices", "install", "far", "--yes")
    other = path.read_text(encoding="utf-8").replace('name = "far"', 'name = "near"')
    (path.parent / "near.toml").write_text(other, encoding="utf-8")
    assert mujaz("voices", "remove", "far", "--yes").returncode == 0
    assert (work / "voices/far/voice.onnx").exists()
    (path.parent / "near.toml").unlink()
    assert mujaz("voices", "remove", "far", "--yes").returncode == 0
    assert not (work / "voices/far/voice.onnx").exists()
    assert path.exists()


def test_what_came_with_mujaz_is_neither_installed_nor_removed(mujaz: Mujaz) -> None:
    for command in ("install", "remove"):
        result = mujaz("voices", command, "espeak-ar", "--yes")
        assert result.returncode == 1
        assert b"comes with mujaz" in result.stderr


def test_a_voice_file_does_not_lead_to_a_private_address(
    mujaz: Mujaz, mirror: Mirror, work: Path
) -> None:
    """Whoever wrote the voice file must not reach the machines around the one that installs it."""
    (work / "mujaz.toml").unlink()
    write_voice(work, url=f"{mirror.url}/voice.onnx")
    result = mujaz("voices", "install", "far", "--yes")
    assert result.returncode == 1
    assert b"127.0.0.1 is a private address" in result.stderr
    assert b"allow_hosts" in result.stderr
    assert mirror.asked == []


def test_a_redirect_from_a_mirror_to_a_private_address_is_refused(
    mujaz: Mujaz, mirror: Mirror, work: Path
) -> None:
    (work / "mujaz.toml").unlink()
    write_voice(work, url="https://models.invalid/voice.onnx")
    mirror.redirects["/voice.onnx"] = mirror.url.replace("127.0.0.1", "127.0.0.2") + "/other"
    result = mujaz("voices", "install", "far", "--yes", "--mirror", mirror.url)
    assert result.returncode == 1
    assert b"127.0.0.2 is a private address" in result.stderr


@pytest.mark.parametrize("announced", [True, False])
def test_a_file_of_another_size_is_not_kept(
    tmp_path: Path, mirror: Mirror, announced: bool
) -> None:
    target = tmp_path / "voice.onnx"
    mirror.announces = announced
    for size in (len(_MODEL) - 1, len(_MODEL) + 1):
        with pytest.raises(DownloadError, match=str(size)):
            download([f"{mirror.url}/voice.onnx"], target, size=size, allow_hosts=["127.0.0.1"])
        assert not list(tmp_path.iterdir())


def test_a_file_that_was_copied_there_must_have_the_stated_size(mujaz: Mujaz, work: Path) -> None:
    write_voice(work, url="https://models.invalid/voice.onnx", size=len(_MODEL))
    (work / "voices/far").mkdir()
    (work / "voices/far/voice.onnx.json").write_bytes(_CONFIG)
    for content, status in ((_MODEL + b"!", 1), (_MODEL, 0)):
        (work / "voices/far/voice.onnx").write_bytes(content)
        result = mujaz("voices", "install", "far", "--yes")
        assert result.returncode == status, result.stderr.decode()
    assert f"size = {len(_MODEL)}" in (work / "voices/far.toml").read_text("utf-8")


def test_an_endless_file_is_cut_at_its_stated_size(tmp_path: Path, mirror: Mirror) -> None:
    mirror.announces, mirror.endless = False, True
    target = tmp_path / "voice.onnx"
    with pytest.raises(DownloadError, match="another size"):
        download([f"{mirror.url}/voice.onnx"], target, size=1000, allow_hosts=["127.0.0.1"])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("model_path", "../../outside.onnx"),
        ("model_path", "/{outside}"),
        ("model_path", "link/outside.onnx"),
        ("config_path", "../../outside.json"),
        ("files", "../../outside.bin"),
    ],
)
def test_a_voice_file_names_no_file_outside_its_folder(
    mujaz: Mujaz, mirror: Mirror, work: Path, tmp_path: Path, key: str, path: str
) -> None:
    """Neither to write it nor to remove it."""
    path = path.replace("/{outside}", str(tmp_path / "outside.onnx"))
    outside = tmp_path / Path(path).name
    mirror.files = {f"/{name}": b"planted" for name in ("voice.onnx", outside.name)}
    keys: dict[str, object] = {} if key == "files" else {key: path}
    voice = write_voice(work, url=f"{mirror.url}/voice.onnx", **keys)
    (voice.parent / "link").symlink_to(tmp_path)
    if key == "files":
        entry = f'\n[[files]]\npath = "{path}"\nurl = "{mirror.url}/{outside.name}"\n'
        voice.write_text(voice.read_text("utf-8") + entry, encoding="utf-8")
    result = mujaz("voices", "install", "far", "--yes")
    assert result.returncode == 1
    assert b"outside its folder" in result.stderr
    assert not outside.exists()
    assert mirror.asked == []
    outside.write_bytes(b"mine")
    part = outside.with_name(outside.name + ".part")
    part.write_bytes(b"mine")
    result = mujaz("voices", "remove", "far", "--yes")
    assert result.returncode == 1
    assert b"outside its folder" in result.stderr
    assert outside.read_bytes() == part.read_bytes() == b"mine"


def test_a_recording_outside_the_folder_is_not_removed(
    mujaz: Mujaz, mirror: Mirror, work: Path, tmp_path: Path
) -> None:
    recording = tmp_path / "speaker.wav"
    for path in (recording, tmp_path / "speaker.wav.part"):
        path.write_bytes(b"mine")
    write_voice(work, url=f"{mirror.url}/voice.onnx", speaker_wav=str(recording))
    assert mujaz("voices", "install", "far", "--yes").returncode == 0
    assert mujaz("voices", "remove", "far", "--yes").returncode == 0
    assert recording.read_bytes() == (tmp_path / "speaker.wav.part").read_bytes() == b"mine"


@pytest.mark.parametrize(
    "line",
    [
        'title = "a\\u001b[2Jb"',
        'title = "a\\u009b2Jb"',
        'licence = "free\\u202e"',
        'name = "../evil"',
        'name = ".evil"',
        '[settings]\ntext = "\\u0007"',
        "not TOML",
    ],
)
def test_a_bad_voice_file_breaks_no_other_and_reaches_no_terminal(
    mujaz: Mujaz, work: Path, line: str
) -> None:
    voices = work / "voices"
    voices.mkdir()
    name = "" if line.startswith("name") else 'name = "bad"\n'
    (voices / "bad.toml").write_text(f'{name}engine = "piper"\n{line}\n', encoding="utf-8")
    listed = mujaz("voices", "list")
    assert listed.returncode == 0, listed.stderr.decode()
    assert b"espeak-ar" in listed.stdout
    assert str(voices / "bad.toml") in listed.stderr.decode()
    for command in (("show", "bad"), ("show", "espeak-ar"), ("install", "bad", "--yes")):
        result = mujaz("voices", *command)
        assert (result.returncode == 0) == ("espeak-ar" in command)
        for text in (result.stdout.decode(), result.stderr.decode(), listed.stderr.decode()):
            assert not set(text) & set("\x1b\x07\x9b\u202e")


@pytest.fixture
def encrypted(mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Address of a server with TLS that redirects every request to one without."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", mirror.url + self.path)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_encrypted_address_does_not_lead_to_an_open_one(
    encrypted: str, mirror: Mirror, tmp_path: Path
) -> None:
    with pytest.raises(DownloadError, match="without encryption"):
        download([f"{encrypted}/voice.onnx"], tmp_path / "file", allow_hosts=["127.0.0.1"])
    assert mirror.asked == []
