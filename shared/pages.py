"""Pages: templates in two languages, the asset routes, and what a refusal looks like. Decides nothing."""

import logging
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
import msgspec
from litestar import MediaType, Request, Response, get
from litestar.exceptions import HTTPException, NotFoundException
from litestar.params import FromPath
from markupsafe import Markup

from shared import assets, words
from shared.errors import Refused
from shared.refusals import advice, sentence
from shared.settings import Settings

TEMPLATES = Path(__file__).parent.parent / "templates"
ZONE = ZoneInfo("Asia/Shanghai")
LANGUAGE_COOKIE = "nuanyi_language"
log = logging.getLogger("nuanyi.pages")


class Pages:
    """Renders templates."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._environments = {language: _environment(language) for language in words.LANGUAGES}

    def render(self, template: str, language: str, **context: Any) -> str:
        return self._environments[language].get_template(template).render(context)

    def answer(
        self, request: Request[Any, Any, Any], template: str, *, status: int = 200, language: str | None = None, **context: Any
    ) -> Response[str]:
        """A whole page in the visitor's language."""
        language = language or language_of(request, self.settings.locale)
        body = self.render(template, language, path=request.url.path, **context)
        return Response(body, status_code=status, media_type=MediaType.HTML, headers={"cache-control": "no-store"})


@cache
def _environment(language: str) -> jinja2.Environment:
    """One per language, whose templates are compiled once in a process."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    catalogue = words.catalogue(language)
    environment.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(
        language=language,
        other_language="en" if language == "zh-CN" else "zh-CN",
        asset=assets.address,
        icon=lambda name: Markup(assets.icon(name)),  # noqa: S704 - our own package's drawing
        words=words,
        zone=ZONE,
    )
    return environment


def language_of(request: Request[Any, Any, Any], default: str) -> str:
    """The language asked for: ``?lang=``, then the cookie, then the browser, then the office's default."""
    return words.choose(
        request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language"), default
    )


@get("/assets/{name:path}", include_in_schema=False, opt={"public": True})
async def serve_asset(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    found = assets.asset(name.lstrip("/"))
    if found is None:
        raise NotFoundException
    headers = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}
    if found.zipped is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(found.zipped, media_type=found.media_type, headers={**headers, "content-encoding": "gzip"})
    return Response(found.body, media_type=found.media_type, headers=headers)


class Problem(msgspec.Struct, omit_defaults=True):
    """RFC 9457. ``code`` is stable; ``title`` is the sentence in the asker's language."""

    code: str
    title: str
    status: int
    type: str = "about:blank"
    detail: str = ""


def refused(request: Request[Any, Any, Any], problem: Refused) -> Response[Any]:
    """A rule said no: problem+json for programs, a plain page for people."""
    answer = _problem(request, problem.code, problem.status, problem.detail)
    if problem.status == 401 and wants_problem(request):
        answer.headers["www-authenticate"] = "Bearer"
    return answer


def http_problem(request: Request[Any, Any, Any], problem: HTTPException) -> Response[Any]:
    codes = {400: "invalid", 401: "sign-in-needed", 403: "not-allowed", 404: "not-found", 405: "wrong-method", 413: "too-large"}
    answer = _problem(request, codes.get(problem.status_code, "failed"), problem.status_code, {}, _what(problem))
    answer.headers.update(problem.headers or {})
    return answer


def failed(request: Request[Any, Any, Any], problem: Exception) -> Response[Any]:
    """Our own fault: said plainly, told in the log, nothing of the inside shown."""
    log.error("failed: %s %s", request.method, request.url.path, exc_info=problem)
    return _problem(request, "failed", 500, {})


def _what(problem: HTTPException) -> str:
    if problem.status_code != 400:
        return ""
    extra = problem.extra if isinstance(problem.extra, list) else []
    named = [f"{one.get('key', '')}: {one.get('message', '')}" for one in extra if isinstance(one, dict)]
    return "; ".join(named)[:300] or str(problem.detail)[:300]


def _problem(request: Request[Any, Any, Any], code: str, status: int, values: dict[str, Any], what: str = "") -> Response[Any]:
    pages: Pages = request.app.state.pages
    language = language_of(request, pages.settings.locale)
    title = sentence(code, language, **values)
    if wants_problem(request):
        body = msgspec.json.encode(Problem(code, title, status, detail=what or advice(code, language, **values)))
        return Response(body, status_code=status, media_type="application/problem+json")
    return pages.answer(
        request, "refusal.html", status=status, language=language, code=code, title=title,
        advice=advice(code, language, **values), quote=values.get("quote"),
    )


def wants_problem(request: Request[Any, Any, Any]) -> bool:
    accepts = request.headers.get("accept", "")
    return request.url.path.startswith(("/api/", "/schema")) or ("json" in accepts and "text/html" not in accepts)


def minutes_between(earlier: datetime, later: datetime) -> int:
    """Whole minutes, never less than nothing."""
    return max(0, int((later - earlier).total_seconds() // 60))
