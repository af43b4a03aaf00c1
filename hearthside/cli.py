"""The `hearthside` command line. Each part is imported only when it is asked for."""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import sys
from collections.abc import Sequence

from app.errors import HearthsideError

OK, FAILED, USAGE = 0, 1, 2


def make_parser() -> argparse.ArgumentParser:
    from app.command import add_app_parser
    from hearthside.content import add_content_parser
    from hearthside.courier import add_courier_parser
    from hearthside.demo import add_demo_parser
    from hearthside.doctor import add_doctor_parser
    from plan.command import add_plan_parser

    parser = argparse.ArgumentParser(
        prog="hearthside",
        description="Visit documentation for palliative care at home: the app, a plan backend, and tools.",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    add_demo_parser(commands)
    add_app_parser(commands)
    add_plan_parser(commands)
    add_doctor_parser(commands)
    add_content_parser(commands)
    add_courier_parser(commands)
    version = commands.add_parser("version", help="print versions", description="Print the versions in use.")
    version.set_defaults(run=print_version)
    return parser


def print_version(_args: argparse.Namespace) -> int:
    print(f"hearthside {importlib.metadata.version('hearthside')}")
    print(f"python {platform.python_version()}")
    for name in ("flet", "sqlcipher3", "cryptography"):
        try:
            print(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            print(f"{name} is not installed")
    return OK


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. A known failure is one line on stderr and exit code 1."""
    args = make_parser().parse_args(argv)
    try:
        return int(args.run(args))
    except HearthsideError as error:
        print(f"hearthside: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # the reader of our output went away (`hearthside … | head`); keep Python from complaining at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
