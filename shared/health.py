"""Is it alive, is it ready, how is it doing."""

from typing import Any

from litestar import MediaType, Request, Response, get
from sqlmodel import Session

from shared.door import require
from shared.given import TheBoards, TheDatabase
from shared.migrate import is_current

WATCHER_AGE_MOST = 5.0


@get("/healthz", include_in_schema=False, media_type=MediaType.TEXT, sync_to_thread=False)
def healthz() -> str:
    """The process answers."""
    return "ok"


@get("/readyz", include_in_schema=False)
async def readyz(db: TheDatabase, boards: TheBoards) -> Response[dict[str, Any]]:
    """The database can be read and is of this version, and the screens are being watched."""
    try:
        current = await db.read(_current)
    except Exception:
        current = False
    parts = {"database": current, "live": boards.age < WATCHER_AGE_MOST, "storage": db.fault or "ok"}
    ready = current and parts["live"] and not db.fault
    return Response({"ready": ready, **parts}, status_code=200 if ready else 503)


@get("/metrics", include_in_schema=False, guards=[require("metrics", "integration", "administrator")])
async def metrics(request: Request[Any, Any, Any], boards: TheBoards) -> Response[bytes]:
    """Gauges for Prometheus: open sockets by board, age of the last look, waiting visitors by service."""
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

    registry = CollectorRegistry()
    sockets = Gauge("nuanyi_sockets", "Open sockets", ["board"], registry=registry)
    for board, count in boards.seated().items():
        sockets.labels(board.split(":")[0]).inc(count)
    Gauge("nuanyi_watcher_age_seconds", "Since the boards were last read", registry=registry).set(boards.age)
    waiting = Gauge("nuanyi_waiting", "Waiting visitors", ["hall", "service"], registry=registry)
    for hall, service, count in request.app.state.pictures.waiting_counts():
        waiting.labels(hall, service).set(count)
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def _current(session: Session) -> bool:
    return is_current(session.connection())


handlers = [healthz, readyz, metrics]
