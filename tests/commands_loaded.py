"""Imported by the fork server alone: loads what the commands need, once for all of them.

Modules are imported, and episodes and bulletins made, so that patterns and templates are compiled,
tables and fonts read, networks loaded and covers drawn.
"""

from __future__ import annotations

import gc
import importlib.util
import logging
import pkgutil
import tempfile
import threading
import time
from pathlib import Path

from tests.commands import PLUGINS, import_from

_LIMIT_S = 120
_TITLE = "نشرة التجربة"  # of many tests' shows
_ARTICLE = "ارتفاع الأسعار 3.5%\n\n8 مايو 2022\n\nقال المدير إن 12 مصنعا أغلقت أبوابها عام 2021.\n"
_PAGE = (
    "<!doctype html><html lang=ar><head><meta charset=utf-8><title>افتتاح جسر</title></head><body>"
    "<nav><a href=/>الرئيسية</a></nav><article><h1>افتتاح جسر جديد في المدينة</h1>"
    "<time datetime=2022-05-08>8 مايو 2022</time><p>قال المدير إن طول الجسر 120 مترا.</p>"
    "</article><footer>جميع الحقوق محفوظة</footer></body></html>"
)


def load_everything() -> None:
    """Import all of the package and of the extra for stores, but no engine with a heavy extra."""
    import mujaz

    for module in pkgutil.walk_packages(mujaz.__path__, "mujaz."):
        if ".engines.coqui" not in module.name and not module.name.endswith("__main__"):
            __import__(module.name)
    for name in ("paramiko", "s3fs"):
        if importlib.util.find_spec(name) is not None:
            __import__(name)


def work(folder: Path) -> None:
    """Make episodes and bulletins, and look for doubtful words."""
    from mujaz import Config, make_bulletin, make_episode, plan_bulletin
    from mujaz.artwork.cover import feed_cover, page_cover, tag_cover
    from mujaz.diacritizers import guard_for
    from mujaz.diacritizers.doubts import DoubtFinder, Line
    from mujaz.settings.values import BulletinConfig, SourceConfig, SpeechConfig, TextConfig
    from mujaz.text.script_file import write_script

    stories = folder / "stories"
    stories.mkdir()
    article, page = stories / "article.txt", folder / "page.html"
    article.write_text(_ARTICLE, encoding="utf-8")
    page.write_text(_PAGE, encoding="utf-8")
    speech = SpeechConfig(voice="espeak-ar", workers=1, cache=str(folder / "cache"))
    config = Config(speech=speech, home=folder)
    make_episode([article], folder / "show", config)
    make_episode([page], folder / "show", config)
    sources = (SourceConfig(path="stories/"),)
    for text in (TextConfig(), TextConfig(diacritizer="none")):
        bulletin = BulletinConfig(sources=sources, min_words=3)
        config = Config(speech=speech, home=folder, bulletin=bulletin, text=text)
        make_bulletin(config, folder / text.diacritizer)
        planned = plan_bulletin(config, folder / "planned")
        assert planned.script is not None
        write_script(planned.script)
    page_cover(feed_cover(_TITLE))
    tag_cover(_TITLE)
    DoubtFinder(guard_for(Config(home=folder))).find([Line(_ARTICLE.splitlines()[-1])])


def forget_log_handlers() -> None:
    """Take away what libraries have added to the root logger: each line would be shown twice."""
    root = logging.getLogger()
    for handler in list(root.handlers):
        root.removeHandler(handler)
    root.setLevel(logging.WARNING)


def end_threads(before: int) -> None:
    """Wait for the threads of what is used no more: a process with threads is not to be forked.

    Args:
        before: Number of threads that may stay; that of OpenBLAS heeds a fork.

    Raises:
        RuntimeError: If another is left.
    """
    gc.collect()
    until = time.monotonic() + _LIMIT_S
    while _threads() > before:
        if time.monotonic() > until:
            raise RuntimeError(f"a thread is left; those of Python: {threading.enumerate()}")
        time.sleep(0.01)


def _threads() -> int:
    """Number of threads of this process, those of libraries too; 0 where it is not known."""
    folder = Path("/proc/self/task")
    return len(list(folder.iterdir())) if folder.is_dir() else 0


load_everything()
_before = _threads()
with tempfile.TemporaryDirectory() as _name:
    import_from(_name, str(PLUGINS))
    work(Path(_name))
    from mujaz.diacritizers.networks import shared_rawi

    # Held, so that the commands find them loaded.
    _networks = shared_rawi()
forget_log_handlers()
end_threads(_before)
# Objects that no collection visits any more: a visit writes to them, and so copies their pages in
# each forked process.
gc.freeze()
