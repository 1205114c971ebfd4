"""The routes of all screens but a draft's: today, published, words, voices, settings, log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from mujaz.arabic.lexicon_file import CLASSES
from mujaz.desk.screens import wording
from mujaz.desk.screens.assets_routes import asset_routes
from mujaz.desk.screens.draft_routes import DraftScreens
from mujaz.desk.screens.forms import Form, explained, form, page, page_number, uploaded
from mujaz.desk.screens.pages import (
    LANGUAGE_COOKIE,
    address,
    language_of,
    render,
    see_other,
)
from mujaz.desk.services.articles import ArticleIn
from mujaz.desk.values import JobView, NotFoundError, SettingsError, WordRow
from mujaz.errors import MujazError

if TYPE_CHECKING:
    from mujaz.desk.desk import Desk

_YEAR_S = 365 * 24 * 3600


def screen_routes(desk: Desk) -> list[BaseRoute]:
    """All routes of the screens.

    Args:
        desk: The desk's services.
    """
    screens = Screens(desk)
    return [
        Route("/", page(screens.today), methods=["GET"]),
        Route("/prepare", form(screens.prepare), methods=["POST"]),
        Route("/articles", form(screens.article), methods=["POST"]),
        *DraftScreens(desk).routes(),
        Route("/jobs/{job}", page(screens.job), methods=["GET"]),
        Route("/jobs/{job}/part", page(screens.job_part), methods=["GET"]),
        Route("/jobs/{job}/cancel", form(screens.cancel), methods=["POST"]),
        Route("/published", page(screens.published), methods=["GET"]),
        Route("/episode", page(screens.episode), methods=["GET"]),
        Route("/episode", form(screens.change_episode), methods=["POST"]),
        Route("/words", page(screens.words), methods=["GET"]),
        Route("/words", form(screens.change_words), methods=["POST"]),
        Route("/words.tsv", page(screens.export), methods=["GET"]),
        Route("/voices", page(screens.voices), methods=["GET"]),
        Route("/voices", form(screens.install), methods=["POST"]),
        Route("/settings", page(screens.settings), methods=["GET"]),
        Route("/settings", form(screens.save_settings), methods=["POST"]),
        Route("/log", page(screens.log), methods=["GET"]),
        Route("/language", form(choose_language), methods=["POST"]),
        *asset_routes(desk),
    ]


def choose_language(request: Request, fields: Form) -> Response:
    """Keep the language in a cookie and go back to where the editor was."""
    wanted = fields.get("language", "")
    answer = see_other(request, _own_path(request, fields.get("back", "/")))
    if wanted in wording.LANGUAGES:
        answer.set_cookie(
            LANGUAGE_COOKIE,
            wanted,
            max_age=_YEAR_S,
            path=str(request.scope.get("root_path", "")) or "/",
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
    return answer


def _own_path(request: Request, back: str) -> str:
    """A path of the desk; the first screen for everything else."""
    prefix = str(request.scope.get("root_path", ""))
    path = back.removeprefix(prefix)
    own = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if own and path.isprintable() and "\\" not in path else "/"


class Screens:
    """The handlers of the screens.

    Args:
        desk: The desk's services.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # --- Today ------------------------------------------------------------------------------

    def today(self, request: Request) -> Response:
        """The show on air and the drafts in preparation."""
        return self._today(request, {}, None)

    def prepare(self, request: Request, fields: Form) -> Response:
        """Queue the gathering of a bulletin."""
        self._desk.jobs.start_bulletin(request.state.actor, edition=fields.get("edition", ""))
        return see_other(request, "/")

    def article(self, request: Request, fields: Form) -> Response:
        """Make a draft from an article that was typed in."""
        title, body = fields.get("title", "").strip(), fields.get("text", "").strip()
        language = language_of(request)
        errors = {
            key: wording.text("wrong_empty", language)
            for key, value in (("title", title), ("text", body))
            if not value
        }
        if not errors:
            article = ArticleIn(title=title, text=body, url=fields.get("url", "").strip())
            try:
                draft = self._desk.drafts.create_article(article, request.state.actor)
            except MujazError as error:
                errors["text"] = explained(self._desk, request, error)
            else:
                return see_other(request, f"/drafts/{draft.id}")
        typed = {key: fields.get(key, "") for key in ("title", "text", "url")}
        return self._today(request, errors, typed)

    def _today(
        self, request: Request, errors: Mapping[str, str], article: Mapping[str, str] | None
    ) -> Response:
        values = {
            "today": self._desk.show.today(),
            "runs": [job for job in self._desk.jobs.page(1).items if job.is_over],
            "today_date": date.today().isoformat(),
            "errors": errors,
            "article": article,
        }
        return render(request, "today.html", values, status=422 if errors else 200)

    # --- Jobs -------------------------------------------------------------------------------

    def job(self, request: Request) -> Response:
        """A job with its progress, or with its report."""
        return render(request, "job.html", {"job": self._job(request)})

    def job_part(self, request: Request) -> Response:
        """The box of a job, which htmx asks for while the job runs; its end is said once."""
        job = self._job(request)
        language = language_of(request)
        said = ""
        if job.is_over:
            name = wording.text(f"job_{job.kind}", language)
            said = wording.text(f"said_job_{job.state}", language, job=name)
        # The first screen lists the drafts too, and gets what the job made.
        here = urlsplit(request.headers.get("hx-current-url", "")).path
        lists = job.is_over and here == address(request, "/")
        today = self._desk.show.today() if lists else None
        values = {"job": job, "said": said, "today": today}
        return render(request, "job-fragment.html", values)

    def cancel(self, request: Request, fields: Form) -> Response:
        """Cancel a job."""
        self._desk.jobs.cancel(request.path_params["job"], request.state.actor)
        return see_other(request, f"/jobs/{request.path_params['job']}?done=cancelled")

    def _job(self, request: Request) -> JobView:
        job: JobView = self._desk.jobs.job(request.path_params["job"])
        return job

    # --- Published --------------------------------------------------------------------------

    def published(self, request: Request) -> Response:
        """All episodes, with search."""
        search = request.query_params.get("q", "")
        values = {"q": search, "page": self._desk.show.episodes(search, page_number(request))}
        return render(request, "published.html", values)

    def episode(self, request: Request) -> Response:
        """An episode: its links, correction and withdrawal."""
        return self._episode(request, request.query_params.get("guid", ""), {}, {})

    def change_episode(self, request: Request, fields: Form) -> Response:
        """Open a draft of an episode, or withdraw it."""
        guid, actor = fields.get("guid", ""), request.state.actor
        if fields.get("act") == "correct":
            job = self._desk.jobs.start_correct(guid, actor)
            return see_other(request, f"/jobs/{job.id}")
        reason = fields.get("reason", "").strip()
        if not reason:
            wrong = {"reason": wording.text("wrong_reason", language_of(request))}
            return self._episode(request, guid, wrong, fields)
        job = self._desk.jobs.start_withdraw(guid, reason, actor, story=fields.get("story", ""))
        return see_other(request, f"/jobs/{job.id}")

    def _episode(
        self, request: Request, guid: str, errors: Mapping[str, str], sent: Form
    ) -> Response:
        episode = self._desk.show.episode(guid)
        typed = {key: sent.get(key, "") for key in ("story", "reason")}
        drafts = self._desk.drafts.of_episode(episode.guid)
        values = {"episode": episode, "drafts": drafts, "errors": errors, "typed": typed}
        return render(request, "episode.html", values, status=422 if errors else 200)

    # --- Words ------------------------------------------------------------------------------

    def words(self, request: Request) -> Response:
        """The lexicon."""
        word = request.query_params.get("word", "")
        typed = {"word": word, "spoken": "", "kind": ""}
        if word:
            found = self._desk.words.search(word, 1).items
            row: WordRow | None = next((row for row in found if row.word == word), None)
            if row:
                typed = {"word": row.word, "spoken": row.vocalized, "kind": row.kind}
        return self._words(request, {}, typed)

    def change_words(self, request: Request, fields: Form) -> Response:
        """Add, change or remove a word, or import a table."""
        act, actor = fields.get("act", ""), request.state.actor
        typed = {key: fields.get(key, "").strip() for key in ("word", "spoken", "kind")}
        language = language_of(request)
        errors: dict[str, str] = {}
        if act == "put":
            empty = wording.text("wrong_empty", language)
            errors = {key: empty for key in ("word", "spoken") if not typed[key]}
        if act == "import" and not uploaded(request):
            errors["file"] = wording.text("wrong_file", language)
        if not errors:
            try:
                if act == "put":
                    self._desk.words.put(typed["word"], typed["spoken"], typed["kind"], actor)
                elif act == "remove":
                    self._desk.words.remove(typed["word"], actor)
                elif act == "import":
                    self._desk.words.import_(uploaded(request), actor)
                else:
                    raise NotFoundError("there is no such act", hint="reload the page")
            except NotFoundError:
                raise
            except MujazError as error:
                field = {"put": "spoken", "import": "file"}.get(act, "word")
                errors[field] = explained(self._desk, request, error)
        if errors:
            return self._words(request, errors, typed)
        return see_other(request, f"/words?done={act}")

    def export(self, request: Request) -> Response:
        """The lexicon as a file."""
        headers = {
            "content-disposition": 'attachment; filename="lexicon.tsv"',
            "cache-control": "no-store",
        }
        kind = "text/tab-separated-values; charset=utf-8"
        return Response(self._desk.words.export(), media_type=kind, headers=headers)

    def _words(
        self, request: Request, errors: Mapping[str, str], typed: Mapping[str, str]
    ) -> Response:
        search = request.query_params.get("q", "")
        values = {
            "q": search,
            "page": self._desk.words.search(search, page_number(request)),
            "errors": errors,
            "form": typed,
            "known": bool(typed["spoken"]) and not errors,
            "last_said": self._desk.words.last_said(typed["word"]) if typed["word"] else "",
            "kinds": CLASSES,
        }
        return render(request, "words.html", values, status=422 if errors else 200)

    # --- Voices, settings, log ------------------------------------------------------------

    def voices(self, request: Request) -> Response:
        """The catalog, to hear and to install."""
        sample = wording.text("try_sample", "ar")
        values = {"voices": self._desk.show.voices(), "sample": sample}
        return render(request, "voices.html", values)

    def install(self, request: Request, fields: Form) -> Response:
        """Queue the installation of a voice."""
        job = self._desk.jobs.start_install(fields.get("voice", ""), request.state.actor)
        return see_other(request, f"/jobs/{job.id}")

    def settings(self, request: Request) -> Response:
        """The show's settings."""
        return self._settings(request, {}, {})

    def save_settings(self, request: Request, fields: Form) -> Response:
        """Write the settings, or show the cover that they would give."""
        values = dict(fields)
        if values.pop("act", "") == "preview":
            return self._settings(request, {}, values, preview=True)
        try:
            self._desk.settings.save(values, request.state.actor)
        except SettingsError as error:
            language = language_of(request)
            errors = {
                key: str(self._desk.translate(message, language))
                for key, message in error.errors.items()
            }
            return self._settings(request, errors, fields)
        return see_other(request, "/settings?done=saved")

    def _settings(
        self, request: Request, errors: Mapping[str, str], typed: Form, *, preview: bool = False
    ) -> Response:
        fields = self._desk.settings.form()
        sections = [
            (name, list(group))
            for name, group in groupby(fields, key=lambda each: each.key.partition(".")[0])
        ]
        values = {
            "sections": sections,
            "errors": errors,
            "typed": typed,
            "meaning": partial(wording.meaning, language=language_of(request)),
            "cover_title": typed.get("show.title", "").strip() if preview else "",
            "said": wording.text("said_preview", language_of(request)) if preview else "",
        }
        return render(request, "settings.html", values, status=422 if errors else 200)

    def log(self, request: Request) -> Response:
        """The log of all acts, and all runs."""
        wanted = page_number(request)
        values = {"page": self._desk.log.page(wanted), "runs": self._desk.jobs.page(wanted)}
        return render(request, "log.html", values)
