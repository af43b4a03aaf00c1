"""All tables of the plan, made where they are missing."""

from __future__ import annotations

from sqlalchemy import Engine

import plan.audit.tables
import plan.bulk.tables
import plan.clients.tables
import plan.contacts
import plan.courier.tables
import plan.device_audit.tables
import plan.devices.tables
import plan.drafts.tables
import plan.emergency.tables
import plan.fhir.tables
import plan.keys.held
import plan.leave.tables
import plan.oncall.tables
import plan.orders.tables
import plan.outcomes.report.tables
import plan.recovery.tables
import plan.sharing.tables
import plan.signin.drain
import plan.unmatched.tables
import plan.users  # noqa: F401 - importing a module of tables registers them in the metadata
from plan import rls
from plan.database import metadata
from plan.fhir.tables import membership_of_team
from plan.outcomes import refresh
from plan.visit_log import keeping


def create_schema(engine: Engine) -> None:
    """Make the tables that are missing."""
    metadata.create_all(engine)
    # A table that stands already gets no index with the others.
    membership_of_team.create(engine, checkfirst=True)
    rls.install(engine)
    keeping.install(engine)
    refresh.prepare(engine)
