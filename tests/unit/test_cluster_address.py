"""Which schedulers are connected to: encrypted ones, and those on this machine."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from mujaz.domain import Sentence, Voice
from mujaz.errors import ClusterError, ConfigError
from mujaz.parallel.cluster.address import require_safe_address, tls_files
from mujaz.parallel.cluster.files import (
    FilesMissingError,
    NeededFile,
    folder_with,
    missing,
    needed_files,
    put_part,
    store_folder,
)
from mujaz.settings.values import ClusterConfig, Config, SpeechConfig
from mujaz.speech.cast import Cast
from mujaz.speech.on_cluster import WorkerSpeech, needs_of
from mujaz.voices.catalog import find_voice, load_voice
from tests.hts_voice import write_tiny_voice


@dataclass(frozen=True)
class _Line:
    """A line as it comes to a worker."""

    sentence: Sentence
    voice: Voice
    fallback: Voice | None = None


def at(address: str, **cluster: object) -> Config:
    return Config(speech=SpeechConfig(cluster=address), cluster=ClusterConfig(**cluster))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:8786", "tcp://[::1]:8786", "tcp://localhost:1", "tls://far:8786"]
)
def test_this_machine_and_encrypted_ones_are_allowed(address: str) -> None:
    assert require_safe_address(at(address)) == address


@pytest.mark.parametrize(
    "address", ["tcp://far:8786", "tcp://10.0.0.1:8786", "tcp://localhost.evil.example:8786"]
)
def test_an_unencrypted_connection_to_another_machine_needs_a_setting(address: str) -> None:
    with pytest.raises(ConfigError, match="would not be encrypted") as caught:
        require_safe_address(at(address))
    assert "tls://" in caught.value.hint
    assert require_safe_address(at(address, allow_plain=True)) == address


@pytest.mark.parametrize(
    "address",
    [
        "far:8786",
        "tls://far",
        "http://far:1",
        "inproc://a/1",
        "tls://:1",
        "tls://a:x",
        "tls://a:1/b",
    ],
)
def test_anything_else_is_no_address(address: str) -> None:
    with pytest.raises(ConfigError, match="no address of a scheduler"):
        require_safe_address(at(address))


def test_tls_needs_three_files(tmp_path: Path) -> None:
    names = ("ca", "certificate", "key")
    config = replace(at("tls://far:1", **{name: f"{name}.pem" for name in names}), home=tmp_path)
    for name in names:
        with pytest.raises(ConfigError) as caught:
            tls_files(config)
        assert caught.value.where == f"cluster.{name}"
        (tmp_path / f"{name}.pem").touch()
    assert tls_files(config)["key"] == str(tmp_path / "key.pem")
    with pytest.raises(ConfigError, match="needs this file"):
        tls_files(at("tls://far:1"))


def test_without_the_extra_the_error_names_it() -> None:
    code = (
        "import sys; sys.modules['distributed'] = None\n"
        "from mujaz.errors import MissingPackageError\n"
        "from mujaz.parallel.cluster.connection import connection\n"
        "from mujaz.settings.values import Config, SpeechConfig\n"
        "try: connection(Config(speech=SpeechConfig(cluster='tcp://127.0.0.1:1')))\n"
        "except MissingPackageError as error: print(error.hint)\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert b"pip install '.[cluster]'" in result.stdout


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache folder of a machine that is sent files."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_files_are_found_by_their_content_and_arrive_whole(tmp_path: Path, store: Path) -> None:
    for name, data in (("a.bin", b"x" * 1000), ("part/b.bin", b""), ("part/c.bin", b"c")):
        (tmp_path / "voice" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "voice" / name).write_bytes(data)
    files = needed_files(tmp_path / "voice", ["a.bin", "part"])
    assert [file.path for file in files] == ["a.bin", "part/b.bin", "part/c.bin"]
    assert folder_with(files, [tmp_path / "voice"]) == tmp_path / "voice"
    assert folder_with(files, [tmp_path]) is None
    assert missing(files) == [0, 1, 2]
    for number, file in enumerate(files):
        data = (tmp_path / "voice" / file.path).read_bytes()
        put_part(files, number, data[:600], "s")
        if data[600:]:
            assert missing(files) == [0, 1, 2]
            put_part(files, number, data[600:], "s")
    found = folder_with(files, [])
    assert found is not None
    assert found.is_relative_to(store)
    assert (found / "part" / "c.bin").read_bytes() == b"c"
    (found / "a.bin").write_bytes(b"y" * 1000)
    assert folder_with(files, []) is None, "a damaged file is not used"
    with pytest.raises(ClusterError, match="did not arrive"):
        put_part(files, 0, b"z" * 1000, "t")
    assert not list(store.rglob("*.part"))


@pytest.mark.parametrize("path", ["../x", "/etc/x", "a/../../x"])
def test_no_path_leads_out_of_the_store(path: str, store: Path) -> None:
    with pytest.raises(ClusterError, match="outside"):
        store_folder((NeededFile(path, "0" * 64, 1),))


def test_a_worker_asks_for_a_voice_and_refuses_another_engine(tmp_path: Path, store: Path) -> None:
    voice = load_voice(write_tiny_voice(tmp_path / "voices"))
    needs, sources = needs_of(Cast(voice, {}, find_voice("tone", Path())))
    elsewhere = replace(voice, home=tmp_path / "nowhere")
    spoken: list[Voice] = []
    speech = WorkerSpeech(lambda line: spoken.append(line.voice), needs, list)
    with pytest.raises(FilesMissingError) as caught:
        speech(_Line(Sentence("نعم", "نَعَمْ"), elsewhere))
    files = caught.value.files
    put_part(files, 0, sources[files[0].sha256].read_bytes(), "s")
    speech(_Line(Sentence("نعم", "نَعَمْ"), elsewhere))
    assert spoken[0].home == store_folder(files)
    other = {name: replace(need, inputs="another") for name, need in needs.items()}
    with pytest.raises(ClusterError, match="would speak differently with voice 'tiny'"):
        WorkerSpeech(lambda line: None, other, list)(_Line(Sentence("نعم", "نَعَمْ"), elsewhere))
