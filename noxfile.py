"""Tasks: ``pip install nox``, then ``nox -l`` lists them and ``nox -s lint`` runs one.

They run what ``.ci/run`` runs, in the environment that nox is started from.
"""

from __future__ import annotations

import nox

nox.options.default_venv_backend = "none"
nox.options.sessions = ["lint", "tests"]


@nox.session
def lint(session: nox.Session) -> None:
    """Lint, format, types, imports, planted faults."""
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    session.run("lint-imports")
    session.run("python", "tools/mutate.py", "--check")


@nox.session
def tests(session: nox.Session) -> None:
    """The fast tests; ``nox -s tests -- -m slow`` runs the slow ones."""
    session.run("pytest", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """The documentation as a site, into ``site/``."""
    session.run("python", "tools/docsite/build.py", "site")


@nox.session
def manuals(session: nox.Session) -> None:
    """Manual pages, into ``build/man``."""
    session.run("python", "tools/manuals.py", "build/man")


@nox.session
def inventory(session: nox.Session) -> None:
    """The bill of materials of this environment, into ``build/sbom.json``."""
    session.run("python", "tools/inventory.py", "build/sbom.json")
