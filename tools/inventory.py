"""The bill of materials of mujaz: every package that is installed for it, with its licence.

python tools/inventory.py sbom.json              # CycloneDX 1.6
python tools/inventory.py licences.md            # a table for readers
python tools/inventory.py sbom.json piper opus   # with the packages of these extras
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

# Classifiers say "License :: OSI Approved :: MIT License".
_CLASSIFIER = "License :: "
_SHORTEST_TEXT = 80


@dataclass(frozen=True, slots=True)
class Package:
    """An installed package.

    Attributes:
        licence: As its makers state it: an SPDX expression, else their words.
        needs: Names of the packages that it asks for here.
    """

    name: str
    version: str
    licence: str
    needs: tuple[str, ...]


def packages(extras: tuple[str, ...] = ()) -> list[Package]:
    """List mujaz and all that it needs here, by name.

    Packages that are not installed (of other systems or Pythons) are left out.
    """
    found: dict[str, Package] = {}
    open_ones: list[tuple[str, frozenset[str]]] = [("mujaz", frozenset(extras))]
    seen: set[tuple[str, frozenset[str]]] = set()
    while open_ones:
        name, wanted = open_ones.pop()
        if (name, wanted) in seen:
            continue
        seen.add((name, wanted))
        try:
            dist = distribution(name)
        except PackageNotFoundError:
            continue
        needs = list(_needs(dist, wanted))
        open_ones += needs
        before = found[name].needs if name in found else ()
        names = sorted({*before, *(need for need, _ in needs)})
        found[name] = Package(name, dist.version, licence(dist), tuple(names))
    return sorted(found.values(), key=lambda package: package.name)


def _needs(dist: Distribution, extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    for line in dist.requires or ():
        requirement = Requirement(line)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in (*extras, "")):
            yield canonicalize_name(requirement.name), frozenset(requirement.extras)


def licence(dist: Distribution) -> str:
    """The licence that a package states."""
    metadata = dist.metadata
    if expression := metadata.get("License-Expression"):
        return str(expression)
    classified = [
        line.split(" :: ")[-1]
        for line in metadata.get_all("Classifier") or ()
        if line.startswith(_CLASSIFIER) and line != "License :: OSI Approved"
    ]
    stated = str(metadata.get("License") or "")
    if stated and len(stated) < _SHORTEST_TEXT and "\n" not in stated:
        return stated
    return ", ".join(classified) or "not stated in its metadata"


def bill_of_materials(found: list[Package]) -> dict[str, Any]:
    """Make a CycloneDX document; it has no time, so that the same packages give the same one."""
    root, *others = sorted(found, key=lambda package: package.name != "mujaz")
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {**_component(root), "type": "application"}},
        "components": [_component(package) for package in others],
        "dependencies": [
            {
                "ref": _address(package),
                "dependsOn": [_address(n) for n in found if n.name in package.needs],
            }
            for package in found
        ],
    }


def _component(package: Package) -> dict[str, Any]:
    is_expression = re.fullmatch(r"[\w.+-]+( (AND|OR|WITH) [\w.+-]+)*", package.licence)
    stated: dict[str, Any] = {"license": {"name": package.licence}}
    if is_expression:
        stated = {"expression": package.licence}
    return {
        "type": "library",
        "bom-ref": _address(package),
        "name": package.name,
        "version": package.version,
        "purl": _address(package),
        "licenses": [stated],
    }


def _address(package: Package) -> str:
    return f"pkg:pypi/{package.name}@{package.version}"


def licences_page(found: list[Package]) -> str:
    """A table of the packages with their licences, for readers."""
    lines = [
        "# Licences of what is installed",
        "",
        "What `pip install .` installed where this page was made, with the licence that each "
        "package states. mujaz itself is GPL-3.0-or-later. Why each is there: "
        "[What mujaz stands on](../dependencies.md). `python tools/inventory.py sbom.json` writes "
        "the same as a bill of materials (CycloneDX 1.6) of your own environment.",
        "",
        "| package | version | licence |",
        "| --- | --- | --- |",
    ]
    lines += [f"| {p.name} | {p.version} | {p.licence.replace('|', '/')} |" for p in found]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the file that is named; its ending tells the form."""
    path, *extras = sys.argv[1:]
    found = packages(tuple(extras))
    is_page = path.endswith(".md")
    text = licences_page(found) if is_page else json.dumps(bill_of_materials(found), indent=1)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text.rstrip("\n") + "\n", encoding="utf-8")
    print(f"{len(found)} packages in {path}")


if __name__ == "__main__":
    main()
