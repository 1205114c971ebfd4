"""Nothing phones home: no name is looked up, and no file is left outside mujaz's own folders."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.conftest import environ
from tests.hts_voice import write_tiny_voice
from tests.models import tiny_piper, tiny_vits, write_voice

# In a network namespace of its own: a name server on 127.0.0.1 that records questions and answers
# with a server on 127.0.0.1, which records connections. Then the command of the arguments.
_RECORDER = r"""
import json, os, socket, subprocess, sys, threading, time
resolver, log = sys.argv[1:3]
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
subprocess.run(["mount", "--bind", resolver, os.path.realpath("/etc/resolv.conf")], check=True)
seen = []
def questions():
    while True:
        data, sender = names.recvfrom(4096)
        labels, at = [], 12
        while data[at]:
            labels.append(data[at + 1 : at + 1 + data[at]].decode())
            at += data[at] + 1
        seen.append(".".join(labels))
        answer = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\x7f\x00\x00\x01"
        is_a = data[at + 1 : at + 3] == b"\x00\x01"
        count = b"\x00\x01" if is_a else b"\x00\x00"
        head = data[:2] + b"\x81\x80\x00\x01" + count + b"\x00\x00\x00\x00"
        names.sendto(head + data[12 : at + 5] + (answer if is_a else b""), sender)
def connections(server):
    while True:
        server.accept()
        seen.append("connection to port %d" % server.getsockname()[1])
names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
names.bind(("127.0.0.1", 53))
threading.Thread(target=questions, daemon=True).start()
for port in (80, 443):
    server = socket.create_server(("127.0.0.1", port))
    threading.Thread(target=connections, args=(server,), daemon=True).start()
code = subprocess.run(sys.argv[3:]).returncode
time.sleep(0.5)
with open(log, "w") as file:
    json.dump(seen, file)
sys.exit(code)
"""


def _can_isolate() -> bool:
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        return False
    command = ["unshare", "-rnm", "ip", "link", "set", "lo", "up"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def recorded(command: list[str], folder: Path, home: Path) -> tuple[list[str], str]:
    """Names that a command asked for and connections that it made, and its errors."""
    home.mkdir(exist_ok=True)
    (folder / "resolv.conf").write_text("nameserver 127.0.0.1\n", encoding="utf-8")
    log = folder / "seen.json"
    kept = {
        key: value
        for key, value in environ(folder).items()
        if key not in ("MUJAZ_SPEECH_CACHE", "CI", "ORT_DISABLE_TELEMETRY")
        and not key.startswith(("XDG_", "HF_", "PYTEST"))
    }
    isolated = ["unshare", "-rnm", sys.executable, "-c", _RECORDER]
    result = subprocess.run(
        [*isolated, str(folder / "resolv.conf"), str(log), *command],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**kept, "HOME": str(home)},
        timeout=200,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return json.loads(log.read_text(encoding="utf-8")), result.stderr


def foreign_files(home: Path) -> list[str]:
    """Files below a home folder that are not in mujaz's own folders."""
    own = (".cache/mujaz/", ".local/share/mujaz/")
    found = [str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()]
    return sorted(name for name in found if not name.startswith(own))


def tiny(engine: str, folder: Path) -> None:
    """Write a tiny voice ``quick`` of an engine."""
    if engine == "piper":
        tiny_piper(folder / "tiny")
        write_voice(folder / "voices", "quick", "piper", folder / "tiny" / "tiny.onnx")
    else:
        model = tiny_vits(folder / "tiny")
        write_voice(folder / "voices", "quick", "coqui", model / "model.pth")


needs_namespaces = pytest.mark.skipif(
    not _can_isolate(), reason="unprivileged network namespaces are not allowed here"
)


@needs_namespaces
def test_the_recorder_sees_what_a_library_would_do(tmp_path: Path) -> None:
    """The recorder notes the telemetry of onnxruntime, and a plain request."""
    code = (
        "import onnxruntime, urllib.request\n"
        "onnxruntime.InferenceSession\n"
        "try:\n    urllib.request.urlopen('http://phone.home.example/', timeout=0.3)\n"
        "except OSError:\n    pass\n"
    )
    home = tmp_path / "home"
    seen, _ = recorded([sys.executable, "-c", code], tmp_path, home)
    assert "phone.home.example" in seen
    assert "connection to port 80" in seen
    assert any("onnxruntime" in name for name in foreign_files(home))


@needs_namespaces
@pytest.mark.parametrize(
    "engine", ["espeak", "piper", pytest.param("coqui", marks=pytest.mark.slow)]
)
def test_an_episode_asks_for_no_name_and_leaves_no_foreign_file(
    engine: str, tmp_path: Path, short_article: Path
) -> None:
    voice = "espeak-ar"
    if engine != "espeak":
        if find_spec({"piper": "piper", "coqui": "TTS"}[engine]) is None:
            pytest.skip(f"the extra {engine!r} is not installed")
        voice = "quick"
        tiny(engine, tmp_path)
    home = tmp_path / "home"
    command = [sys.executable, "-m", "mujaz", "make", str(short_article), "-o", "show"]
    seen, _ = recorded([*command, "--voice", voice, "--workers", "2"], tmp_path, home)
    assert seen == []
    assert foreign_files(home) == []
    assert list((tmp_path / "show" / "media").glob("*.mp3"))


# Loaded by every Python process of a run: lists attempts to use the network in a file, and refuses.
_REFUSER = r"""
import os, sys
_EVENTS = ("connect", "getaddrinfo", "gethostbyname", "gethostbyaddr", "sendto", "sendmsg", "bind")
def _refuse(event, arguments):
    if event.startswith("socket.") and event.removeprefix("socket.") in _EVENTS:
        with open(os.environ["MUJAZ_TEST_REFUSED"], "a") as log:
            log.write(f"{event} {arguments[1:]}\n")
        raise OSError("the network is refused here")
sys.addaudithook(_refuse)
"""


def refused(command: list[str], folder: Path) -> tuple[str, subprocess.CompletedProcess[str]]:
    """Attempts of a command and its workers to use the network, all of which fail."""
    (folder / "refuser").mkdir()
    (folder / "refuser" / "sitecustomize.py").write_text(_REFUSER, encoding="utf-8")
    log = folder / "refused.txt"
    log.touch()
    environment = environ(folder)
    environment["PYTHONPATH"] = f"{folder / 'refuser'}:{environment['PYTHONPATH']}"
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=folder,
        env={**environment, "MUJAZ_TEST_REFUSED": str(log)},
        timeout=200,
        check=False,
    )
    return log.read_text(encoding="utf-8"), done


@pytest.mark.parametrize(
    "engine", ["espeak", "hts", "tone", "piper", pytest.param("coqui", marks=pytest.mark.slow)]
)
def test_an_episode_is_made_without_a_socket(
    engine: str, tmp_path: Path, short_article: Path
) -> None:
    voice = "quick"
    if engine == "espeak":
        voice = "espeak-ar"
    elif engine == "tone":
        (tmp_path / "voices").mkdir()
        (tmp_path / "voices" / "quick.toml").write_text('name = "quick"\nengine = "tone"\n')
    elif engine == "hts":
        voice = "tiny"
        write_tiny_voice(tmp_path / "voices")
    elif find_spec({"piper": "piper", "coqui": "TTS"}[engine]) is None:
        pytest.skip(f"the extra {engine!r} is not installed")
    else:
        tiny(engine, tmp_path)
    command = [sys.executable, "-m", "mujaz", "make", str(short_article), "-o", "show"]
    attempts, done = refused([*command, "--voice", voice, "--workers", "2"], tmp_path)
    assert attempts == ""
    assert done.returncode == 0, done.stderr


def test_only_the_voice_of_a_speech_server_opens_a_socket(
    tmp_path: Path, short_article: Path
) -> None:
    """The refuser notes a socket, so its empty log means that none was opened."""
    (tmp_path / "voices").mkdir()
    (tmp_path / "voices" / "far.toml").write_text(
        'name = "far"\nengine = "openai"\n'
        '[settings]\nbase_url = "http://127.0.0.1:9/v1"\nallow_private = true\nretries = 0\n'
    )
    command = [sys.executable, "-m", "mujaz", "make", str(short_article), "-o", "show"]
    attempts, done = refused([*command, "--voice", "far", "--workers", "1"], tmp_path)
    assert "socket." in attempts
    assert done.returncode == 1


@needs_namespaces
@pytest.mark.parametrize("diacritizer", ["rawi", "ensemble", "mishkal", "libtashkeel"])
def test_a_diacritizer_asks_for_no_name_and_leaves_no_foreign_file(
    diacritizer: str, tmp_path: Path, short_article: Path
) -> None:
    if diacritizer in ("ensemble", "libtashkeel") and find_spec("piper") is None:
        pytest.skip("the extra 'piper' is not installed")
    (tmp_path / "mujaz.toml").write_text(f'[text]\ndiacritizer = "{diacritizer}"\n')
    home = tmp_path / "home"
    command = [sys.executable, "-m", "mujaz", "make", str(short_article), "--dry-run"]
    seen, _ = recorded(command, tmp_path, home)
    assert seen == []
    assert foreign_files(home) == []
