"""All tables of the plan, made where they are missing."""

from __future__ import annotations

from sqlalchemy import Engine

import plan.contacts
import plan.fhir.tables
import plan.users  # noqa: F401 - importing a module of tables registers them in the metadata
from plan.database import metadata


def create_schema(engine: Engine) -> None:
    """Make the tables that are missing."""
    metadata.create_all(engine)
