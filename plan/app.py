"""The plan backend as one ASGI application."""

from __future__ import annotations

from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.middleware.gzip import GZipMiddleware

from plan.audit.middleware import KeepTrail
from plan.audit.routes import make_seen_router
from plan.board.routes import make_board_router
from plan.bulk.routes import make_bulk_router
from plan.bulk.worker import BulkWorker
from plan.courier.routes import make_courier_router
from plan.database import read_transaction
from plan.devices.routes import make_devices_router
from plan.drafts.routes import make_drafts_router
from plan.emergency.routes import make_emergency_router
from plan.fhir.context import Server
from plan.fhir.epoch import SayEpoch
from plan.fhir.http import AnnounceGzip, KeepFaults, add_error_answers
from plan.fhir.openapi import name_schemes
from plan.fhir.routes import make_fhir_router
from plan.fhir.stamps import Clock, clock_ms, find_epoch
from plan.headers import SafeHeaders
from plan.keys.routes import make_keys_router
from plan.leave.routes import make_leave_router
from plan.limits import Limits, WatchAddresses
from plan.oncall.routes import make_oncall_router
from plan.orders.routes import make_orders_router
from plan.outcomes.report.routes import make_outcomes_router
from plan.principal import Authenticate
from plan.recovery.routes import make_recovery_router
from plan.settings import PlanSettings
from plan.sharing.mentor_routes import make_mentor_router
from plan.sharing.routes import make_sharing_router
from plan.unmatched.routes import make_match_router
from plan.visit_log.routes import make_visit_log_router
from plan.worklist.routes import make_worklist_router


def make_app(
    engine: Engine,
    *,
    base_url: str,
    settings: PlanSettings | None = None,
    authenticate: Authenticate | None = None,
    clock: Clock = clock_ms,
) -> FastAPI:
    """Build the application. The schema must exist (`plan.schema.create_schema`).

    `base_url` is the address people reach it at, without `/fhir` (`http://127.0.0.1:8600`). `authenticate` takes
    the place of the built-in sign-in, whose routes are then left out. `clock` gives ms since 1970.
    """
    settings = settings or PlanSettings()
    # The documentation pages run scripts of another host, on the very origin where passwords are typed.
    app = FastAPI(
        title="Hearthside reference plan backend",
        version="1",
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
    )
    add_error_answers(app)
    app.add_middleware(GZipMiddleware, minimum_size=600, compresslevel=5)
    app.add_middleware(AnnounceGzip)
    app.add_middleware(SayEpoch, engine=engine)
    app.add_middleware(KeepTrail, engine=engine, clock=clock)
    limits = Limits(settings)
    app.add_middleware(WatchAddresses, limits=limits)
    app.add_middleware(KeepFaults)
    app.add_middleware(SafeHeaders, https=base_url.startswith("https://"))

    @app.get("/health", tags=["Operation"])
    def health() -> dict[str, str]:
        """Answers when the database does."""
        with read_transaction(engine) as connection:
            find_epoch(connection)
        return {"status": "ok"}

    if authenticate is None:
        from plan.signin.routes import make_router
        from plan.signin.tokens import find_principal

        app.include_router(make_router(engine, base_url, settings))
        authenticate = find_principal
    # Every router below asks through this, so that none is left without limits.
    authenticate = limits.watch(authenticate)
    server = Server(engine, f"{base_url.rstrip('/')}/fhir", settings, clock, limits)
    app.include_router(make_keys_router(engine))
    app.include_router(make_recovery_router(server, authenticate))
    app.include_router(make_devices_router(server, authenticate))
    app.include_router(make_courier_router(server, authenticate))
    app.include_router(make_orders_router(server))
    app.include_router(make_seen_router(server, authenticate))
    app.include_router(make_emergency_router(server, authenticate))
    app.include_router(make_board_router(server, authenticate))
    app.include_router(make_leave_router(server, authenticate))
    app.include_router(make_drafts_router(server, authenticate))
    app.include_router(make_oncall_router(server, authenticate))
    app.state.bulk = BulkWorker(engine, clock)
    app.include_router(make_bulk_router(server, app.state.bulk))
    app.include_router(make_visit_log_router(server, authenticate))
    app.include_router(make_sharing_router(server, authenticate))
    app.include_router(make_mentor_router(server, authenticate))
    app.include_router(make_worklist_router(server, authenticate))
    app.include_router(make_match_router(server, authenticate))
    app.include_router(make_outcomes_router(server, authenticate))
    app.include_router(make_fhir_router(server, authenticate))
    name_schemes(app)
    return app
