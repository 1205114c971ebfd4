"""Build the documentation as a site: warnings are errors, and every link must lead somewhere.

    pip install '.[docs]' && python tools/docsite/build.py site

The pages are written into a folder of their own first (``staging.py``), so that what makes the
HTML, Material for MkDocs, can be exchanged. Nothing is fetched: fonts, scripts and styles of
others are not used.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tools.docsite import links, staging

_HERE = Path(__file__).resolve().parent
_DOCS = _HERE.parents[1] / "docs"
_TEXT = (".md", ".py", ".tsv")


def stage(folder: Path) -> None:
    """Write pages, pictures and configuration into an empty folder."""
    import yaml

    for name, text in staging.staged():
        path = folder / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for path in _DOCS.rglob("*"):
        if path.is_file() and path.suffix not in _TEXT:
            copy = folder / "docs" / path.relative_to(_DOCS)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    menu = yaml.safe_dump({"nav": staging.menu()}, allow_unicode=True, sort_keys=False)
    fixed = (_HERE / "mkdocs.yml").read_text(encoding="utf-8")
    (folder / "mkdocs.yml").write_text(f"{fixed}{menu}", encoding="utf-8")


def build(site: Path) -> None:
    """Build the site.

    Raises:
        subprocess.CalledProcessError: The generator warned of something.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stage(folder)
        command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--clean"]
        subprocess.run(
            [*command, "--site-dir", str(site.resolve())],
            cwd=folder,
            check=True,
            env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        )
    for path in site.rglob("*.ar.html"):
        path.write_text(
            staging.from_right_to_left(path.read_text(encoding="utf-8")), encoding="utf-8"
        )


def main() -> int:
    """Build the site into the folder that is named, and check its links."""
    site = Path(sys.argv[1] if len(sys.argv) > 1 else "site")
    try:
        build(site)
    except subprocess.CalledProcessError as error:
        return error.returncode
    broken, count = links.check(site)
    for line in broken:
        print(line)
    print(f"{count} links within the site, {len(broken)} broken")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
