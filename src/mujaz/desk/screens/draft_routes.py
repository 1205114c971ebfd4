"""The screen of a draft: reading, editing, words, order, history and publication."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from mujaz.arabic.letters import WORD
from mujaz.arabic.marks import strip_marks
from mujaz.desk.editing.edits import Wanted
from mujaz.desk.screens import draft_view as view
from mujaz.desk.screens import wording
from mujaz.desk.screens.draft_acts import ACTS, Asked, Done, InputError, asked_of, base_of
from mujaz.desk.screens.forms import (
    Form,
    explained,
    form,
    future,
    number,
    page,
    pause_ms,
)
from mujaz.desk.screens.pages import address, language_of, render, see_other, wants_part
from mujaz.desk.values import DraftView, NotFoundError, StaleRevisionError
from mujaz.errors import MujazError

if TYPE_CHECKING:
    from mujaz.desk.desk import Desk

_HELPERS: Mapping[str, Any] = {
    "pieces": view.pieces,
    "gone_lines": view.gone_lines,
    "doubt_list": view.doubt_list,
}


class DraftScreens:
    """The handlers of a draft's screens.

    Args:
        desk: The desk's services.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[BaseRoute]:
        """The routes of a draft."""
        return [
            Route("/drafts/{draft}", page(self.show), methods=["GET"]),
            Route("/drafts/{draft}", form(self.change), methods=["POST"]),
            Route("/drafts/{draft}/doubts", page(self.doubts), methods=["GET"]),
            Route("/drafts/{draft}/history", page(self.history), methods=["GET"]),
            Route("/drafts/{draft}/publish", page(self.publication), methods=["GET"]),
            Route("/drafts/{draft}/publish", form(self.publish), methods=["POST"]),
        ]

    # --- Reading ----------------------------------------------------------------------------

    def show(self, request: Request) -> Response:
        """The draft, or one of its sentences for htmx."""
        name = request.path_params["draft"]
        asked = request.query_params
        draft = self._desk.drafts.doubts(name) if "doubts" in asked else self._draft(request)
        if "closed" in asked and wants_part(request):
            sentence = _number(asked["closed"])
            headers = _focus(f"e{sentence}") | _replaced(request, draft)
            return self._row(request, draft, sentence, None, headers=headers)
        state = self._opened(draft, asked) if "in" in asked else None
        if state is not None and wants_part(request):
            focus = _focus("word-head" if state.word else "f-shown")
            headers = focus | _replaced(request, draft, request.url.query)
            return self._row(request, draft, state.sentence, state, headers=headers)
        return self._page(request, draft, state)

    def doubts(self, request: Request) -> Response:
        """Look for doubtful words; gives the rows that have some, and the list."""
        draft = self._desk.drafts.doubts(request.path_params["draft"])
        doubtful = [
            (sentence, place)
            for place, (sentence, _) in enumerate(view.kept_sentences(draft), start=1)
            if sentence.doubts
        ]
        values = {**_HELPERS, "draft": draft, "doubtful": doubtful}
        return render(request, "draft-doubts.html", values)

    def history(self, request: Request) -> Response:
        """The revisions, and two of them compared."""
        draft = self._draft(request)
        rows = self._desk.drafts.history(draft.id)
        before = _number(request.query_params.get("before", "")) or max(draft.revision - 1, 1)
        after = _number(request.query_params.get("after", "")) or draft.revision
        compared = None
        if "before" in request.query_params:
            compared = self._desk.drafts.compare(draft.id, before, after)
        values = {"draft": draft, "history": rows, "before": before, "after": after}
        return render(request, "history.html", {**values, "compared": compared})

    # --- Changes ----------------------------------------------------------------------------

    def change(self, request: Request, fields: Form) -> Response:
        """One act of an editor; the button's value says which."""
        act = fields.get("act", "")
        draft = self._draft(request)
        if act == "delete":
            self._desk.drafts.delete(draft.id, request.state.actor)
            return see_other(request, "/?done=delete")
        if act in ACTS:
            return self._act(request, asked_of(request, fields, draft))
        if act == "edit":
            return self._edit(request, fields, draft)
        if act in ("word-here", "word-ever", "word-fill"):
            return self._set_word(request, fields, draft)
        raise NotFoundError("there is no such act", hint="reload the page")

    def _act(self, request: Request, asked: Asked) -> Response:
        language = language_of(request)
        try:
            done = ACTS[asked.name](self._desk.drafts, asked)
        except InputError as error:
            state = self._state(asked.draft, error.sentence)
            state.errors[error.field] = wording.text(error.key, language)
            return self._again(request, asked.draft, state, "errors")
        except StaleRevisionError as error:
            done = Done(error.current, "order", "stale")
        key = done.said or asked.name
        if not wants_part(request):
            shown = "move" if done.values else key
            return see_other(request, f"/drafts/{done.draft.id}?done={shown}#{done.focus}")
        said = wording.text(f"said_{key}", language, **done.values)
        whole = {"hx-retarget": "#draft", "hx-reselect": "#draft"}
        headers = _focus(done.focus) | whole | _replaced(request, done.draft)
        return self._page(request, done.draft, None, said=said, headers=headers)

    # --- A sentence -------------------------------------------------------------------------

    def _edit(self, request: Request, fields: Form, draft: DraftView) -> Response:
        sentence, _, _ = view.known_place(draft, number(fields, "sentence"))
        shown, spoken = fields.get("shown", "").strip(), fields.get("spoken", "").strip()
        state = self._state(draft, sentence.id)
        state.shown, state.spoken = shown, spoken
        state.voice, state.pause_ms = fields.get("voice", ""), fields.get("pause_ms", "")
        language = language_of(request)
        for key, text in (("shown", shown), ("spoken", spoken)):
            if not text:
                state.errors[key] = wording.text("wrong_empty", language)
        pause = pause_ms(state.pause_ms)
        if pause is None:
            state.errors["pause_ms"] = wording.text("wrong_pause", language)
        if state.errors:
            return self._again(request, draft, state, "errors")
        base = base_of(request, fields, elsewhere_ok=True)
        wanted = Wanted(
            None if shown == sentence.shown else shown,
            None if spoken == sentence.spoken else spoken,
            None if state.voice == sentence.voice else state.voice,
            None if pause == sentence.pause_ms else pause,
        )
        try:
            after = self._desk.drafts.edit_sentence(base, sentence.id, wanted)
        except StaleRevisionError as error:
            state.stale = error
            return self._again(request, error.current, state, "stale")
        except MujazError as error:
            key = "shown" if shown != sentence.shown else "spoken"
            state.errors[key] = explained(self._desk, request, error)
            return self._again(request, draft, state, "errors")
        return self._saved(request, after, sentence.id, "edit")

    def _set_word(self, request: Request, fields: Form, draft: DraftView) -> Response:
        sentence, _, _ = view.known_place(draft, number(fields, "sentence"))
        act = fields["act"]
        state = self._state(draft, sentence.id)
        word = self._word(sentence.spoken, number(fields, "word"))
        state.word = word
        word.own = fields.get("own", "").strip()
        chosen = word.own or fields.get("reading", "")
        word.chosen = fields.get("reading", word.chosen)
        language = language_of(request)
        if not chosen:
            state.errors["own"] = wording.text("wrong_reading", language)
            return self._again(request, draft, state, "errors")
        try:
            if act == "word-fill":
                word.filled = self._desk.words.fill_marks(word.word, word.own or chosen)
                return self._again(request, draft, state, "f-own")
            base, ever = base_of(request, fields, elsewhere_ok=True), act == "word-ever"
            after = self._desk.drafts.set_word(
                base, sentence.id, word.index, chosen, everywhere=ever
            )
        except StaleRevisionError as error:
            state.stale, state.word = error, None
            return self._again(request, error.current, state, "stale")
        except MujazError as error:
            state.errors["own"] = explained(self._desk, request, error)
            return self._again(request, draft, state, "errors")
        found = view.place(after, sentence.id)
        stored = (found[0].spoken.split() if found else [])[word.index : word.index + 1]
        return self._saved(request, after, sentence.id, act, reading=" ".join(stored) or chosen)

    def _saved(
        self, request: Request, draft: DraftView, sentence: int, act: str, **values: str
    ) -> Response:
        """The sentence as it is now; a word set for ever may have changed others too."""
        said = wording.text(f"said_{act}", language_of(request), **values)
        if not wants_part(request):
            key = "word" if values else act
            return see_other(request, f"/drafts/{draft.id}?done={key}#s{sentence}")
        headers = _focus(f"e{sentence}") | _replaced(request, draft)
        if act == "word-ever":
            headers |= {"hx-retarget": "#draft", "hx-reselect": "#draft"}
            return self._page(request, draft, None, said=said, headers=headers)
        return self._row(request, draft, sentence, None, said=said, headers=headers, refresh=True)

    def _again(
        self, request: Request, draft: DraftView, state: view.OpenSentence, focus: str
    ) -> Response:
        """The open sentence once more, with what is wrong."""
        if wants_part(request):
            return self._row(request, draft, state.sentence, state, headers=_focus(focus))
        status = 409 if state.stale else 422 if state.errors else 200
        return self._page(request, draft, state, status=status)

    # --- Publication ------------------------------------------------------------------------

    def publication(self, request: Request) -> Response:
        """The changes that publishing would make, and the form."""
        return self._publication(request, self._draft(request), {}, {})

    def publish(self, request: Request, fields: Form) -> Response:
        """Approve; and publish, now or at a time."""
        draft = self._draft(request)
        at = None
        if fields.get("when") == "later" and fields.get("act") == "publish":
            at = future(fields.get("at", ""))
            if at is None:
                wrong = {"at": wording.text("wrong_time", language_of(request))}
                return self._publication(request, draft, wrong, fields)
        base = base_of(request, fields)
        try:
            if draft.state != "approved":
                self._desk.drafts.approve(base)
            if fields.get("act") == "approve":
                return see_other(request, f"/drafts/{draft.id}/publish?done=approve")
            job = self._desk.jobs.start_publish(base, at)
        except StaleRevisionError:
            return see_other(request, f"/drafts/{draft.id}/publish?done=stale")
        return see_other(request, f"/jobs/{job.id}")

    def _publication(
        self, request: Request, draft: DraftView, errors: Mapping[str, str], fields: Form
    ) -> Response:
        values = {
            "draft": draft,
            "preview": self._desk.drafts.preview_publish(draft.id),
            "errors": errors,
            "when": fields.get("when", "now"),
            "at": fields.get("at", ""),
        }
        return render(request, "publish.html", values, status=422 if errors else 200)

    # --- Within -----------------------------------------------------------------------------

    def _draft(self, request: Request) -> DraftView:
        draft: DraftView = self._desk.drafts.draft(request.path_params["draft"])
        return draft

    def _state(self, draft: DraftView, sentence: int) -> view.OpenSentence:
        found, _, _ = view.known_place(draft, sentence)
        voices = [voice for voice in self._desk.show.voices() if voice.installed]
        return view.OpenSentence(
            sentence, found.shown, found.spoken, found.voice, str(found.pause_ms), voices
        )

    def _opened(self, draft: DraftView, asked: Mapping[str, str]) -> view.OpenSentence | None:
        sentence = _number(asked.get("in", ""))
        found = view.place(draft, sentence)
        if found is None:
            return None
        state = self._state(draft, sentence)
        if "word" in asked:
            state.word = self._word(found[0].spoken, _number(asked["word"]))
        return state

    def _word(self, spoken: str, index: int) -> view.WordState:
        words = spoken.split()
        if not 0 <= index < len(words):
            raise NotFoundError("there is no such word in this sentence", hint="reload the page")
        match = WORD.search(words[index])
        said = match[0] if match else words[index]
        bare = strip_marks(said)
        readings = self._desk.words.readings(bare, spoken)
        return view.WordState(index, bare, readings, said)

    def _page(
        self,
        request: Request,
        draft: DraftView,
        state: view.OpenSentence | None,
        *,
        said: str = "",
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        values = {**_HELPERS, "draft": draft, "state": state, "said": said}
        return render(request, "draft.html", values, status=status, headers=headers)

    def _row(
        self,
        request: Request,
        draft: DraftView,
        sentence: int,
        state: view.OpenSentence | None,
        *,
        said: str = "",
        headers: Mapping[str, str] | None = None,
        refresh: bool = False,
    ) -> Response:
        found, _, place = view.known_place(draft, sentence)
        values = {
            **_HELPERS,
            "draft": draft,
            "sentence": found,
            "number": place,
            "state": state,
            "said": said,
            "refresh": refresh,
        }
        return render(request, "draft-row.html", values, headers=headers)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _focus(element: str) -> dict[str, str]:
    return {"hx-trigger-after-settle": json.dumps({"desk:focus": {"id": element}})}


def _replaced(request: Request, draft: DraftView, query: str = "") -> dict[str, str]:
    """The address that a reload asks for."""
    path = address(request, f"/drafts/{draft.id}")
    return {"hx-replace-url": f"{path}?{query}" if query else path}
