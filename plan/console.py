"""What every `hearthside plan` command shares: exit codes, a line on the screen, the database it works on."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from plan.database import make_engine
from plan.problems import PlanProblem
from plan.schema import create_schema
from plan.secret_sources import find_secret

OK, FAILED, INTERRUPTED = 0, 1, 130
DATABASE_VARIABLE = "HEARTHSIDE_PLAN_DB"


def say(line: str) -> None:
    """One line for whoever runs the command."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def database_url(given: str | None) -> str:
    """The URL asked for, or the default one; its directory is made (mode 0700)."""
    url = given or find_secret(DATABASE_VARIABLE)
    if url:
        return url
    import platformdirs

    directory = Path(platformdirs.user_data_dir("hearthside-plan", appauthor=False))
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return f"sqlite:///{directory / 'plan.db'}"


def read_url(text: str) -> str:
    """A URL as typed on a command line, which everybody on the machine can read: it holds no password.

    Raises ArgumentTypeError.
    """
    try:
        parsed = make_url(text)
    except ArgumentError:
        return text  # said by whoever opens it
    if parsed.password or "password" in parsed.query:
        raise argparse.ArgumentTypeError(
            f"others can read a password here: put the URL in ${DATABASE_VARIABLE}, or in a file that "
            f"${DATABASE_VARIABLE}_FILE names"
        )
    return text


def open_database(given: str | None, *, existing: bool = False) -> Engine:
    """Connect and make missing tables. With `existing` a SQLite file that is not there is a mistake.

    Raises PlanProblem for a URL that means nothing, and SQLAlchemy's own errors when the database does not answer.
    """
    url = database_url(given)
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise PlanProblem("The database is sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME.")
        file = find_file(url)
        if file is not None and existing and not file.exists():
            raise PlanProblem(f"There is no database {file}. Use the --db that the backend is served with.")
        if file is not None and not file.parent.is_dir():
            raise PlanProblem(f"There is no directory {file.parent}.")
        engine = make_engine(url)
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise PlanProblem("The database is sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME.") from error
    create_schema(engine)
    return engine


def find_file(url: str) -> Path | None:
    """The file of a SQLite database; None for PostgreSQL, or one in memory."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    return Path(str(parsed.database))
