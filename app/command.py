"""`hearthside app`: its options, and starting from them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from app.config import DEFAULT_PORT, LOOPBACK, Settings, default_data_dir
from app.errors import HearthsideError

DESCRIPTION = """Start Hearthside on this computer.

In a desktop session with a Flet desktop client it opens a window of its own; otherwise
it serves a browser on this machine and opens it. The link that it prints works once,
within 10 minutes; running the same command again while it runs prints a new one.
Everything it writes is in the data directory, which only you can read."""


def add_app_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `app` to a command line."""
    parser = subparsers.add_parser(
        "app",
        help="start the app",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_options(parser)
    parser.set_defaults(run=run)


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--web", action="store_true", help="use the browser even where there is a desktop client"
    )
    parser.add_argument("--host", default=LOOPBACK, help=f"address to listen on (default {LOOPBACK})")
    parser.add_argument(
        "--port",
        type=_port,
        help=f"port to listen on; 0 takes any (default {DEFAULT_PORT} or the next free one)",
    )
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help=f"data directory (default {default_data_dir()})"
    )
    parser.add_argument("--plan", metavar="URL", help="the plan's address, filled in on the first screen")
    parser.add_argument("--no-open", action="store_true", help="print the link, do not open a browser")
    network = parser.add_argument_group(
        "other machines", "Only with a certificate; loopback needs none of these."
    )
    network.add_argument(
        "--allow-network", action="store_true", help="listen where other machines can reach it"
    )
    network.add_argument("--tls-cert", type=Path, metavar="FILE", help="certificate chain, PEM")
    network.add_argument("--tls-key", type=Path, metavar="FILE", help="its private key, PEM")
    network.add_argument("--public-host", metavar="NAME", help="the name that browsers use for this machine")


def read_settings(args: argparse.Namespace) -> Settings:
    return Settings(
        data_dir=args.data or default_data_dir(),
        plan_url=args.plan,
        host=args.host,
        port=args.port,
        web=args.web,
        open_browser=not args.no_open,
        allow_network=args.allow_network,
        tls_certificate=args.tls_cert,
        tls_key=args.tls_key,
        public_host=args.public_host,
    )


def run(args: argparse.Namespace) -> int:
    """Start the app. Returns the exit code; raises HearthsideError with a sentence to print."""
    from app.main import run_app

    return run_app(read_settings(args), say)


def say(line: str) -> None:
    """Print for the person at the terminal, at once: others wait for these lines."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(argv: Sequence[str] | None = None) -> int:
    """`python -m app`."""
    parser = argparse.ArgumentParser(
        prog="python -m app", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_options(parser)
    args = parser.parse_args(argv)
    try:
        return run(args)
    except HearthsideError as error:
        sys.stderr.write(f"hearthside: {error}\n")
        return 1


def _port(text: str) -> int:
    try:
        port = int(text)
    except ValueError:
        port = -1
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return port
