"""`hearthside plan settings …`: show and set what the plan decides for its nurses."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from plan.console import OK, open_database, say
from plan.database import read_transaction, write_transaction


def add_settings_commands(commands: Any, database_option: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add `settings` to the commands of `plan`."""
    settings = commands.add_parser(
        "settings",
        help="what the plan decides for its nurses",
        description="Switches, telephone numbers, thresholds and clocks, which devices get at their next contact. "
        "The file is described in docs/plan-settings.md.",
    )
    kinds = settings.add_subparsers(title="commands", metavar="COMMAND", required=True)
    showing = kinds.add_parser(
        "show", help="print the settings in force", description="Print the settings in force, as JSON."
    )
    database_option(showing)
    showing.set_defaults(plan_run=_show)
    setting = kinds.add_parser(
        "set",
        help="check a file and put its settings in force",
        description="Check a JSON file and put its settings in force. They replace the earlier ones as a whole; "
        "what the file leaves out is the app's default.",
    )
    setting.add_argument("file", type=Path, metavar="FILE", help="JSON, see docs/plan-settings.md")
    database_option(setting)
    setting.set_defaults(plan_run=_set)


def _show(args: argparse.Namespace) -> int:
    from plan.clinical_settings import find_settings

    engine = open_database(args.db, existing=True)
    with read_transaction(engine) as connection:
        text = find_settings(connection)
    if text is None:
        say("This plan has set nothing: the app's defaults are in force.")
    else:
        say(json.dumps(json.loads(text), ensure_ascii=False, indent=2))
    return OK


def _set(args: argparse.Namespace) -> int:
    from plan.clinical_settings import put_settings, read_settings_file

    document = read_settings_file(args.file)
    engine = open_database(args.db)
    with write_transaction(engine) as connection:
        changed = put_settings(connection, document)
    version = document["version"]
    say(f"Settings {version} are in force." if changed else f"Settings {version} were in force already.")
    return OK
