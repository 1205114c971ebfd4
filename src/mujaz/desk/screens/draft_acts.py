"""The acts of an editor after which the whole text of a draft is shown again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.requests import Request

from mujaz.desk.screens import draft_view as view
from mujaz.desk.screens.forms import Form, number, uploaded
from mujaz.desk.services.recordings import Recording
from mujaz.desk.values import Base, DraftView, NotFoundError
from mujaz.errors import MujazError

if TYPE_CHECKING:
    from mujaz.desk.services.drafts import Drafts


class InputError(MujazError):
    """A field of an open sentence holds nothing that can be used.

    Attributes:
        sentence: The open sentence.
        field: The field's name; ``key`` is that of the message.
    """

    def __init__(self, sentence: int, field: str, key: str) -> None:
        super().__init__("a field is empty", hint="fill it in")
        self.sentence, self.field, self.key = sentence, field, key


@dataclass(frozen=True, slots=True)
class Done:
    """The result of an act.

    Attributes:
        draft: The draft after it.
        focus: Identifier of the element that the focus goes to.
        said: Key of what is said of it; empty for the act itself.
        values: Numbers of that message.
    """

    draft: DraftView
    focus: str
    said: str = ""
    values: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """An act that is asked for: its form, and the draft as it is.

    Attributes:
        name: Of the act.
        file: The file that came with the form; empty without one.
    """

    name: str
    base: Base
    fields: Form
    draft: DraftView
    file: bytes = b""

    def number(self, key: str) -> int:
        """A whole number of a hidden field; 0 if it is none."""
        return number(self.fields, key)

    def text(self, key: str) -> str:
        """The text of a field."""
        return self.fields.get(key, "").strip()


Act = Callable[["Drafts", Asked], Done]


def asked_of(request: Request, fields: Form, draft: DraftView) -> Asked:
    """The act that a form asks for."""
    return Asked(fields.get("act", ""), base_of(request, fields), fields, draft, uploaded(request))


def base_of(request: Request, fields: Form, *, elsewhere_ok: bool = False) -> Base:
    """The base of a form's change: its draft, its revision and the user."""
    revision = number(fields, "revision")
    return Base(request.path_params["draft"], revision, request.state.actor, elsewhere_ok)


def _move(drafts: Drafts, asked: Asked) -> Done:
    story = asked.number("story")
    before = [each.id for each in view.movable(asked.draft)]
    if story not in before:
        raise NotFoundError("there is no such story in this draft", hint="reload the page")
    place, focus = before.index(story) + (0 if asked.name == "up" else 2), f"{asked.name}{story}"
    if not 1 <= place <= len(before):
        return Done(asked.draft, focus, "first" if place < 1 else "last")
    after = drafts.move_story(asked.base, story, place)
    return Done(after, focus, values={"place": place, "total": len(before)})


def _drop(drafts: Drafts, asked: Asked) -> Done:
    story = asked.number("story")
    return Done(drafts.drop_story(asked.base, story), f"restore-{story}")


def _restore(drafts: Drafts, asked: Asked) -> Done:
    story = asked.number("story")
    return Done(drafts.restore_story(asked.base, story), f"story{story}")


def _restore_sentence(drafts: Drafts, asked: Asked) -> Done:
    sentence = asked.number("sentence")
    return Done(drafts.restore_sentence(asked.base, sentence), f"e{sentence}")


def _drop_line(drafts: Drafts, asked: Asked) -> Done:
    sentence = asked.number("sentence")
    return Done(drafts.drop_sentence(asked.base, sentence), f"restore-sentence-{sentence}")


def _restore_line(drafts: Drafts, asked: Asked) -> Done:
    return _with_new_line(asked, drafts.restore_line(asked.base, asked.number("line")))


def _add_line(drafts: Drafts, asked: Asked) -> Done:
    sentence, text = asked.number("sentence"), asked.text("added")
    if not text:
        raise InputError(sentence, "added", "wrong_empty")
    found = view.place(asked.draft, sentence)
    story = found[1].id if found else 0
    return _with_new_line(asked, drafts.add_sentence(asked.base, story, sentence, text))


def _add_recording(drafts: Drafts, asked: Asked) -> Done:
    sentence = asked.number("sentence")
    _, story, _ = view.known_place(asked.draft, sentence)
    recording = Recording(asked.file, asked.text("heard"), asked.text("reporter"))
    for name, value in (("recording", recording.data), ("heard", recording.text)):
        if not value:
            raise InputError(sentence, name, f"wrong_{name}")
    after = drafts.add_recording(asked.base, story.id, sentence, recording)
    return _with_new_line(asked, after)


def _undo(drafts: Drafts, asked: Asked) -> Done:
    return Done(drafts.undo(asked.base), asked.name)


def _redo(drafts: Drafts, asked: Asked) -> Done:
    return Done(drafts.redo(asked.base), asked.name)


def _with_new_line(asked: Asked, after: DraftView) -> Done:
    return Done(after, f"e{view.new_sentence(asked.draft, after)}")


ACTS: Mapping[str, Act] = {
    "up": _move,
    "down": _move,
    "drop": _drop,
    "restore": _restore,
    "restore-sentence": _restore_sentence,
    "restore-line": _restore_line,
    "drop-line": _drop_line,
    "add-line": _add_line,
    "add-recording": _add_recording,
    "undo": _undo,
    "redo": _redo,
}
