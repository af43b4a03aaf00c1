"""The `hearthside` command line. Each part is imported only when it is asked for."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.errors import HearthsideError

OK, FAILED, USAGE = 0, 1, 2


Commands = Any
"""What argparse's `add_subparsers` gives."""


def _add_demo(commands: Commands) -> None:
    from hearthside.demo import add_demo_parser

    add_demo_parser(commands)


def _add_app(commands: Commands) -> None:
    from app.command import add_app_parser

    add_app_parser(commands)


def _add_plan(commands: Commands) -> None:
    from plan.command import add_plan_parser

    add_plan_parser(commands)


def _add_doctor(commands: Commands) -> None:
    from hearthside.doctor import add_doctor_parser

    add_doctor_parser(commands)


def _add_content(commands: Commands) -> None:
    from hearthside.content import add_content_parser

    add_content_parser(commands)


def _add_courier(commands: Commands) -> None:
    from hearthside.courier import add_courier_parser

    add_courier_parser(commands)


def _add_version(commands: Commands) -> None:
    version = commands.add_parser("version", help="print versions", description="Print the versions in use.")
    version.set_defaults(run=print_version)


COMMANDS: Mapping[str, tuple[Callable[[Commands], None], str]] = {
    "demo": (_add_demo, "show everything on this machine, with people who do not exist"),
    "app": (_add_app, "start the app"),
    "plan": (_add_plan, "the reference plan backend: serve it, keep its users"),
    "doctor": (_add_doctor, "examine a data directory"),
    "content": (_add_content, "export, check and sign the clinical content"),
    "courier": (_add_courier, "bring sealed visits to the plan"),
    "version": (_add_version, "print versions"),
}
"""Each command's parser, and its line in the list of commands, which is shown without loading the parser."""


def make_parser(chosen: str | None = None) -> argparse.ArgumentParser:
    """The whole command line; with `chosen` the others are only named, so that nothing of theirs is loaded."""
    parser = argparse.ArgumentParser(
        prog="hearthside",
        description="Visit documentation for palliative care at home: the app, a plan backend, and tools.",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, (add, line) in COMMANDS.items():
        if chosen is None or name == chosen:
            add(commands)
        else:
            commands.add_parser(name, help=line)
    return parser


def print_version(_args: argparse.Namespace) -> int:
    import importlib.metadata

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
    given = list(sys.argv[1:] if argv is None else argv)
    args = make_parser(given[0] if given else "").parse_args(given)
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
