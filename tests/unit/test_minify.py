"""Smaller scripts and style sheets mean what they meant."""

from __future__ import annotations

import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest

from mujaz.publish.html.minify import smaller_script, smaller_style

_TEMPLATES = Path(str(files("mujaz"))) / "publish/html/templates"
_SCRIPTS = sorted(_TEMPLATES.glob("*.js"))


@pytest.mark.parametrize(
    ("text", "smaller"),
    [
        ("// a comment\nconst a = 1;\n", "const a=1;"),
        ("let a = 1 /* one */ ;", "let a=1;"),
        ("say(\"two  words // here\", 'a  b');", "say(\"two  words // here\",'a  b');"),
        ("say(`a  ${b} // c`)", "say(`a  ${b} // c`)"),
        ("a = b / c / d;", "a=b/c/d;"),
        ("a.replace(/ +\\/[/ ]x/g, '')", "a.replace(/ +\\/[/ ]x/g,'')"),
        ("return /a  b/.test(c)", "return/a  b/.test(c)"),
        ("a + +b - -c", "a+ +b- -c"),
        ("a++\nb++", "a++\nb++"),
        ("f(a)\n(b)", "f(a)\n(b)"),
        ("return\na", "return\na"),
        ("if (a) b();\nelse c();", "if(a)b();else c();"),
        ("const f = () => {\n  g();\n};\nh();", "const f=()=>{g();};h();"),
        ("x\n  .then(y)", "x.then(y)"),
    ],
)
def test_only_what_is_not_needed_is_left_out(text: str, smaller: str) -> None:
    assert smaller_script(text) == smaller + "\n"


@pytest.mark.parametrize(
    ("text", "smaller"),
    [
        ("/* site's */\na { color: red; }\n", "a{color:red}"),
        ("a :focus, b > c { margin: 0 auto; }", "a :focus,b>c{margin:0 auto}"),
        ("@media (min-width: 2rem) { a { x: calc(1px + 2px) } }",
         "@media (min-width:2rem){a{x:calc(1px + 2px)}}"),
        ('a::before { content: " ; { " / ""; }', 'a::before{content:" ; { " / ""}'),
    ],
)  # fmt: skip
def test_style_sheets_keep_what_parts_their_words(text: str, smaller: str) -> None:
    assert smaller_style(text) == smaller + "\n"


def test_scripts_of_the_pages_have_no_template_in_a_template() -> None:
    for path in _SCRIPTS:
        for template in re.findall(r"`(?:[^`\\]|\\.)*`", path.read_text("utf-8")):
            assert template.count("{") == template.count("}"), (path.name, template)


def test_smaller_scripts_of_the_pages_are_scripts(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is not installed (Debian: nodejs)")
    # All in one process, each as the module or script that it is.
    names = []
    for path in _SCRIPTS:
        text = smaller_script(path.read_text("utf-8"))
        target = tmp_path / f"{path.stem}.mjs"
        target.write_text(text, encoding="utf-8")
        names.append(str(target))
    check = (
        "const vm = require('vm'), fs = require('fs');"
        "for (const f of process.argv.slice(1)) new vm.SourceTextModule(fs.readFileSync(f, 'utf8'))"
    )
    command = [node, "--no-warnings", "--experimental-vm-modules", "-e", check, *names]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
