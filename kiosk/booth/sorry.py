"""What the kiosk says when it cannot do what was asked: a refusal in the visitor's language, and our own fault in both, with
the way to the guide desk.
"""

import logging
from typing import Any

from litestar import Request, Response
from litestar.background_tasks import BackgroundTask
from litestar.exceptions import HTTPException

from kiosk.booth.booth import Booth
from kiosk.desk import tasks
from shared.door import DEVICE_COOKIE
from shared.errors import Refused
from shared.identity import VISITOR
from shared.pages import refused
from shared.refusals import advice, sentence

OURS = frozenset((
    "storage-busy", "storage-failed", "storage-full", "storage-unreadable", "try-again", "failed", "unpaired", "out-of-order",
))
HTTP_CODES = {400: "invalid", 404: "not-found", 405: "wrong-method", 413: "too-large"}
log = logging.getLogger("nuanyi.kiosk")


def sorry(request: Request[Any, Any, Any], problem: Refused) -> Response[Any]:
    """A refusal as a page of the kiosk; what is our own fault is said in both languages, with the way to the guide desk."""
    booth = _booth_of(request)
    if booth is None:
        return refused(request, problem)
    template = "kiosk/down.html" if problem.code in OURS else "kiosk/sorry.html"
    answer = booth.answer(
        template, status=problem.status, code=problem.code, here=booth.to("/kiosk"),
        title=sentence(problem.code, booth.language, **problem.detail),
        advice=advice(problem.code, booth.language, **problem.detail),
    )
    if problem.code == "unpaired" and DEVICE_COOKIE in request.cookies:
        answer.background = _told_unpaired(booth)
    return answer


def _told_unpaired(booth: Booth) -> BackgroundTask:
    """A device that was one of ours and no longer is stands in the hall and cannot serve: staff must know."""
    return BackgroundTask(
        booth.act, tasks.open_task, kind=tasks.KIOSK_DOWN, subject=tasks.device_subject(tasks.KIOSK_DOWN, None),
        detail={"reason": "unpaired"},
    )


def failed(request: Request[Any, Any, Any], problem: Exception) -> Response[Any]:
    if isinstance(problem, HTTPException):
        return sorry(request, Refused(HTTP_CODES.get(problem.status_code, "failed"), problem.status_code))
    log.error("failed: %s %s", request.method, request.url.path, exc_info=problem)
    return sorry(request, Refused("failed", 503))


def _booth_of(request: Request[Any, Any, Any]) -> Booth | None:
    state, asked = request.app.state, request.scope["state"].get("identity", VISITOR)
    try:
        return Booth(request, state.db, state.pages, state.pictures, state.settings, state.vault, asked)
    except Refused:
        return None
