"""`hearthside plan serve`: prepare the database, load what was asked for, and serve until told to stop."""

from __future__ import annotations

import argparse
import contextlib
import ipaddress
import signal
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from sqlalchemy import Engine
from starlette.types import ASGIApp

from plan.console import FAILED, OK, database_url, find_file, open_database, say
from plan.parent import watch_input
from plan.problems import PlanProblem
from plan.secret_sources import find_secret
from plan.signin.address import check_base_url, is_loopback_host


def serve(args: argparse.Namespace) -> int:
    """Returns the exit code. Raises PlanProblem for options that do not go together and for a port that is taken."""
    _check_options(args)
    ended = watch_input() if args.with_parent else threading.Event()
    with contextlib.ExitStack() as stack:
        url = args.db
        if url is None and args.demo:
            directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="hearthside-plan-"))
            url = f"sqlite:///{Path(directory) / 'plan.db'}"
        url = database_url(url)
        # The port first: somebody whose port is taken should not wait for a seed to load.
        listener = stack.enter_context(contextlib.closing(_listen(args.host, args.port)))
        base_url = args.base_url or _address(args, listener)
        check_base_url(base_url)
        engine = open_database(url)
        stack.callback(engine.dispose)
        _prepare(engine, args, find_file(url))
        return OK if ended.is_set() else _run(engine, base_url, args, listener, ended)


def _check_options(args: argparse.Namespace) -> None:
    if args.panel and not (args.seed or args.demo):
        raise PlanProblem("--panel goes with --seed or --demo.")
    if args.population and not args.demo:
        raise PlanProblem("--population goes with --demo.")
    if (args.tls_cert is None) != (args.tls_key is None):
        raise PlanProblem("--tls-cert and --tls-key go together.")
    for address in args.proxy:
        try:
            ipaddress.ip_network(address, strict=False)
        except ValueError:
            raise PlanProblem("--proxy is the IP address or network of a reverse proxy.") from None
    for file in (args.tls_cert, args.tls_key):
        if file is not None and not file.is_file():
            raise PlanProblem(f"There is no file {file}.")
    if not is_loopback_host(args.host):
        if not args.allow_remote:
            raise PlanProblem(
                f"{args.host} can be reached from elsewhere; if you mean it, add --allow-remote and TLS."
            )
        if args.tls_cert is None:
            raise PlanProblem("Listening beyond this machine needs --tls-cert and --tls-key.")
        if args.base_url is None:
            raise PlanProblem(
                "Listening beyond this machine needs --base-url, the address people reach it at."
            )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host.strip("[]"), port))
        # Bound is not enough to keep others off: two that only bound may both believe the port is theirs.
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise PlanProblem(f"Port {port} on {host} cannot be used: {error.strerror or error}.") from error
    listener.set_inheritable(True)
    return listener


def _address(args: argparse.Namespace, listener: socket.socket) -> str:
    host = f"[{args.host.strip('[]')}]" if ":" in args.host else args.host
    return f"{'https' if args.tls_cert else 'http'}://{host}:{listener.getsockname()[1]}"


def _prepare(engine: Engine, args: argparse.Namespace, database: Path | None) -> None:
    from plan.database import write_transaction
    from plan.fhir.stamps import find_epoch, renew_epoch

    with write_transaction(engine) as connection:
        if find_epoch(connection) is None:
            renew_epoch(connection)
    if args.demo:
        from plan.demo_panel.load import load_demo

        for line in load_demo(engine, database, panel_user=None if args.seed else args.panel):
            say(line)
    if args.population:
        from plan.demo_panel.population import load_population

        with write_transaction(engine, seconds=300.0) as connection:
            load_population(connection, datetime.now(UTC).replace(microsecond=0))
    if args.seed is not None:
        from plan.seed import load_seed

        report = load_seed(engine, args.seed, args.panel)
        for problem in report.problems:
            say(f"{problem.file}: {problem.text}")
        say(
            f"Seed: {report.files} files, {report.written} resources written, {report.unchanged} unchanged, "
            f"{report.careteams} CareTeams made, {len(report.problems)} problems."
        )


CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""Of TLS 1.2; those of 1.3 are all good. Each has forward secrecy and authenticates what it encrypts."""
TLS_KEY_PASSWORD = "HEARTHSIDE_PLAN_TLS_KEY_PASSWORD"  # noqa: S105  the name of a variable, no password
MOST_CONNECTIONS = 500
"""Connections and requests at once; beyond that uvicorn answers 503 by itself."""


class _Server(uvicorn.Server):
    """Says when it answers, and ends by itself once `ended` is set."""

    def __init__(self, config: uvicorn.Config, ready: str, ended: threading.Event) -> None:
        super().__init__(config)
        self.ready = ready
        self._ended = ended

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            say(self.ready)

    async def on_tick(self, counter: int) -> bool:
        return await super().on_tick(counter) or self._ended.is_set()


@contextlib.contextmanager
def _calm_signals() -> Iterator[None]:
    # uvicorn raises the signal that stopped it once more when it is done; a stop that was asked for is no failure.
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _modern(_config: uvicorn.Config, make: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    context = make()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_CIPHER_SERVER_PREFERENCE
    return context


def make_config(app: ASGIApp, args: argparse.Namespace) -> uvicorn.Config:
    """How the application is served. Raises PlanProblem for a key's password that cannot be read."""
    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,  # its lines would hold what was searched for
        proxy_headers=bool(args.proxy),
        forwarded_allow_ips=args.proxy,
        server_header=False,
        timeout_graceful_shutdown=10,
        limit_concurrency=MOST_CONNECTIONS,
        ssl_certfile=args.tls_cert,
        ssl_keyfile=args.tls_key,
        ssl_keyfile_password=find_secret(TLS_KEY_PASSWORD) if args.tls_key else None,
        ssl_ciphers=CIPHERS,
        ssl_context_factory=_modern if args.tls_cert else None,
    )


def _run(
    engine: Engine, base_url: str, args: argparse.Namespace, listener: socket.socket, ended: threading.Event
) -> int:
    from plan.app import make_app
    from plan.leave.background import keep_watch
    from plan.outcomes.background import keep_fresh

    config = make_config(make_app(engine, base_url=base_url), args)
    server = _Server(config, f"Plan backend ready at {base_url}", ended)
    with _calm_signals(), keep_fresh(engine), keep_watch(engine):
        server.run(sockets=[listener])
    return OK if server.started else FAILED
