"""Prints what AT-SPI tells a screen reader of the page with a title, as JSON.

Run with Debian's Python, for which python3-pyatspi is: /usr/bin/python3 spoken_tree.py TITLE
"""

import json
import sys
import time

import pyatspi  # type: ignore[import-not-found]

LIMIT_S = 30.0


def pages(node, depth=0):
    """The documents below a node."""
    if node.getRole() == pyatspi.ROLE_DOCUMENT_WEB:
        yield node
    elif depth < 12:
        for child in node:
            if child is not None:
                yield from pages(child, depth + 1)


def text_of(node):
    """What stands for the value of a slider."""
    found = dict(attribute.split(":", 1) for attribute in node.getAttributes())
    return found.get("valuetext", "")


def described(node):
    """Role, name and text of the value of a node and of all below it."""
    slider = node.getRole() == pyatspi.ROLE_SLIDER
    yield [node.getRoleName(), node.name, text_of(node) if slider else ""]
    for child in node:
        if child is not None:
            yield from described(child)


def found(title):
    """The tree of the page with the title; nothing while it is not there or being loaded."""
    for application in pyatspi.Registry.getDesktop(0):
        for page in pages(application) if application is not None else ():
            states = page.getState()
            there = states.contains(pyatspi.STATE_SHOWING)
            if page.name == title and there and not states.contains(pyatspi.STATE_BUSY):
                tree = list(described(page))
                if any(role == "heading" for role, *_ in tree):
                    return tree
    return []


def main():
    """Wait for the page, and print its tree once it grows no more."""
    limit = time.monotonic() + LIMIT_S
    tree, before = [], None
    while (not tree or tree != before) and time.monotonic() < limit:
        before = tree
        try:
            tree = found(sys.argv[1])
        except Exception:  # noqa: BLE001 - nodes vanish while the page is built
            tree = []
        time.sleep(0.3)
    print(json.dumps(tree, ensure_ascii=False))  # noqa: T201


if __name__ == "__main__":
    main()
