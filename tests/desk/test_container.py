"""The Containerfile: each of its lines is run in a fresh Debian, in the order of a build.

Debootstrap makes the Debian below a folder, and chroot stands in for the container. Only what needs
an image store, the layers and their labels, is left out.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        os.getuid() != 0 or shutil.which("debootstrap") is None,
        reason="needs root and debootstrap (Debian: debootstrap)",
    ),
]
_FILE = ROOT / "Containerfile"
_PASSWORD = "a long and calm morning"
# What lets pip and the resolver reach the network of this machine.
_OF_THE_MACHINE = ("/etc/resolv.conf", "/etc/pip.conf", "/etc/xdg/pip")
_CHROOT = shutil.which("chroot") or "/usr/sbin/chroot"
_AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
_HOST_ENVIRONMENT = ("PIP_", "SSL_", "REQUESTS_", "HTTP_", "HTTPS_", "NO_", "http", "no_")


def _instructions() -> list[tuple[str, str]]:
    """Name and arguments of each instruction."""
    text = re.sub(r"\\\n\s*", "", _FILE.read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines)]


@dataclass
class Build:
    """A container that is being built.

    Attributes:
        root: Its root folder.
        user: Who runs what follows.
        folder: The folder in which it is run.
        environment: Variables of its processes.
        health: The command of the health check.
        command: What the container runs.
    """

    root: Path
    user: str = "root"
    folder: str = "/"
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": "/usr/sbin:/usr/bin:/bin"})
    health: str = ""
    command: list[str] = field(default_factory=list)

    def do(self, name: str, rest: str) -> None:
        """Do an instruction."""
        handlers = {
            "FROM": self._from,
            "RUN": lambda line: self.run("/bin/sh", "-c", line),
            "COPY": self._copy,
            "ARG": self._arg,
            "ENV": self._env,
            "USER": lambda user: setattr(self, "user", user),
            "WORKDIR": lambda folder: setattr(self, "folder", folder),
            "VOLUME": self._volume,
            "EXPOSE": lambda port: None,
            "HEALTHCHECK": self._healthcheck,
            "CMD": lambda words: setattr(self, "command", json.loads(words)),
        }
        handlers[name](rest)

    def run(self, *command: str, given: str = "") -> str:
        """Run a command in the container; gives its output."""
        done = subprocess.run(
            self.entered(*command), input=given, capture_output=True, text=True, env=self._env_of()
        )
        assert done.returncode == 0, f"{command}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
        return done.stdout

    def entered(self, *command: str) -> list[str]:
        """The command line that runs a command in the container."""
        inside = ["/bin/sh", "-c", 'cd "$0" && exec "$@"', self.folder, *command]
        return [_CHROOT, f"--userspec={self.user}", str(self.root), *inside]

    def start(self, command: list[str]) -> subprocess.Popen[str]:
        """Start a command in the container."""
        return subprocess.Popen(
            self.entered(*command), stdout=subprocess.PIPE, text=True, env=self._env_of()
        )

    def _env_of(self) -> dict[str, str]:
        # The package ca-certificates writes its own list over that of the machine.
        network = {
            name: value.replace(str(_AUTHORITIES), f"/{_AUTHORITIES.name}")
            for name, value in os.environ.items()
            if name.startswith(_HOST_ENVIRONMENT)
        }
        return {**network, "PIP_CERT": f"/{_AUTHORITIES.name}", **self.environment}

    def _from(self, image: str) -> None:
        release = re.fullmatch(r"debian:(\w+)-slim", image)
        assert release is not None, image
        targets = ["apt-get", "indextargets", "--format", "$(SITE)"]
        mirrors = subprocess.run(targets, capture_output=True, text=True).stdout.split()
        bare = ["debootstrap", "--variant=minbase", release[1], str(self.root), *mirrors[:1]]
        made = subprocess.run(bare, capture_output=True, text=True)
        if made.returncode != 0:
            pytest.skip(f"debootstrap makes no Debian on this machine: {made.stdout[-300:]}")
        for name in _OF_THE_MACHINE:
            source, target = Path(name), self.root / name[1:]
            if source.is_dir():
                shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)
            elif source.is_file():
                shutil.copyfile(source, target)
        shutil.copyfile(_AUTHORITIES, self.root / _AUTHORITIES.name)
        for device in ("null", "urandom"):
            assert (self.root / "dev" / device).exists()

    def _copy(self, rest: str) -> None:
        *sources, target = rest.split()
        for name in sources:
            source = ROOT / name
            to = self.root / target[1:]
            if source.is_dir():
                shutil.copytree(source, to, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                to.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, to)

    def _env(self, rest: str) -> None:
        name, _, value = rest.partition("=")
        self.environment[name] = value

    def _arg(self, rest: str) -> None:
        # A build gives a value for it to the lines below; the container does not know it.
        name, _, value = rest.partition("=")
        self.environment[name] = value.strip('"')

    def _volume(self, folder: str) -> None:
        # A new volume gets the owner of the folder below it.
        assert (self.root / folder[1:]).stat().st_uid == 10001

    def _healthcheck(self, rest: str) -> None:
        self.health = rest.partition("CMD ")[2]


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Build]:
    made = Build(tmp_path / "root")
    yield made
    shutil.rmtree(made.root, ignore_errors=True)


def test_each_line_of_the_containerfile_is_run(build: Build) -> None:
    for name, rest in _instructions():
        build.do(name, rest)
    assert build.user != "root"
    assert build.run("id", "-u").strip() == "10001"
    # Without users a desk that others reach is refused, with what to do.
    assert "desk user add" in _refusal(build)
    add = ("mujaz", "desk", "user", "add", "layla", "show", "--role", "chief", "--password-stdin")
    build.run(*add, given=_PASSWORD)
    process = build.start([*build.command])
    try:
        _wait_until_healthy(build)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert process.returncode == 0
    # Without a desk the check fails.
    assert subprocess.run(_check(build), env=build.environment, capture_output=True).returncode


def test_a_build_installs_the_extras_that_it_is_given() -> None:
    (line,) = [rest for name, rest in _instructions() if name == "RUN" and "pip install" in rest]
    found = re.search(r'pip install --no-cache-dir (".*?")', line)
    assert found is not None
    for extras, package in (("", "/src"), ("cluster,piper", "/src[cluster,piper]")):
        shell = ["/bin/sh", "-c", f"printf %s {found[1]}"]
        done = subprocess.run(shell, capture_output=True, text=True, env={"EXTRAS": extras})
        assert done.stdout == package


def _refusal(build: Build) -> str:
    environment = {**build.environment, "MUJAZ_LANG": "en"}
    entered = build.entered(*build.command)
    done = subprocess.run(entered, capture_output=True, text=True, env=environment, timeout=60)
    assert done.returncode == 1
    return done.stderr


def _check(build: Build) -> list[str]:
    return build.entered("/bin/sh", "-c", build.health)


def _wait_until_healthy(build: Build) -> None:
    limit = time.monotonic() + 60
    while True:
        done = subprocess.run(_check(build), env=build.environment, capture_output=True, text=True)
        if done.returncode == 0:
            return
        assert time.monotonic() < limit, done.stderr
        time.sleep(0.3)
