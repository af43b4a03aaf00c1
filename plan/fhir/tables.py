"""Tables of the FHIR store.

`resource` holds every version of every resource, so that one predicate on one table guards reads, searches and
history alike. What searches use most are columns; the rest are rows of the token, reference and string tables,
which hold current versions only.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, SmallInteger, String, Table, Text, text

from plan.database import metadata

_KEY = BigInteger().with_variant(Integer, "sqlite")

resource = Table(
    "resource",
    metadata,
    Column("key", _KEY, primary_key=True, autoincrement=False),  # the stamp
    Column("type", String(40), nullable=False),
    Column("id", String(64), nullable=False),
    Column("version_id", String(36), nullable=False),
    Column("last_updated", BigInteger, nullable=False),  # ms since 1970, no two rows alike
    Column("is_current", SmallInteger, nullable=False),
    Column("deleted", SmallInteger, nullable=False, server_default="0"),
    Column("patient_id", String(64)),
    Column("team_id", String(64)),
    Column("label", String(1), nullable=False, server_default="N"),
    Column("is_open", SmallInteger, nullable=False, server_default="0"),  # readable by all who signed in
    Column("author_id", String(64)),  # practitioner who made the first version
    Column("encounter_id", String(64)),
    Column("status", String(40)),
    Column("date_low", BigInteger, nullable=False),  # ms; the type's main date, as the interval it covers
    Column("date_high", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
)

_CURRENT = text("is_current = 1")


def _current_index(name: str, *columns: Column[Any], unique: bool = False) -> None:
    Index(name, *columns, unique=unique, sqlite_where=_CURRENT, postgresql_where=_CURRENT)


_current_index("resource_current", resource.c.type, resource.c.id, unique=True)
_current_index("resource_updated", resource.c.type, resource.c.last_updated)
_current_index("resource_patient", resource.c.type, resource.c.patient_id, resource.c.last_updated)
_current_index("resource_patient_date", resource.c.type, resource.c.patient_id, resource.c.date_low)
_current_index("resource_date", resource.c.type, resource.c.date_low, resource.c.key)
_current_index("resource_encounter", resource.c.encounter_id, resource.c.type)
Index("resource_versions", resource.c.type, resource.c.id, resource.c.last_updated)

token_index = Table(
    "token_index",
    metadata,
    Column("row", _KEY, primary_key=True, autoincrement=True),
    Column("key", _KEY, ForeignKey("resource.key", ondelete="CASCADE"), nullable=False, index=True),
    Column("type", String(40), nullable=False),
    Column("param", String(40), nullable=False),
    Column("system", Text, nullable=False),
    Column("code", Text, nullable=False),
)
Index("token_code", token_index.c.type, token_index.c.param, token_index.c.code, token_index.c.system)

reference_index = Table(
    "reference_index",
    metadata,
    Column("row", _KEY, primary_key=True, autoincrement=True),
    Column("key", _KEY, ForeignKey("resource.key", ondelete="CASCADE"), nullable=False, index=True),
    Column("type", String(40), nullable=False),
    Column("param", String(40), nullable=False),
    Column("target_type", String(40), nullable=False),
    Column("target_id", String(64), nullable=False),
)
Index(
    "reference_target",
    reference_index.c.type,
    reference_index.c.param,
    reference_index.c.target_id,
    reference_index.c.target_type,
)

string_index = Table(
    "string_index",
    metadata,
    Column("row", _KEY, primary_key=True, autoincrement=True),
    Column("key", _KEY, ForeignKey("resource.key", ondelete="CASCADE"), nullable=False, index=True),
    Column("type", String(40), nullable=False),
    Column("param", String(40), nullable=False),
    Column("value", Text, nullable=False),  # lower case, no accents
)
Index("string_value", string_index.c.type, string_index.c.param, string_index.c.value)

membership = Table(
    "membership",
    metadata,
    Column("row", _KEY, primary_key=True, autoincrement=True),
    Column("careteam_id", String(64), nullable=False, index=True),
    Column("patient_id", String(64), nullable=False, index=True),
    Column("practitioner_id", String(64), nullable=False),  # "" for the team's own row
    Column("team_id", String(64), nullable=False),  # "" when the CareTeam names none
    Column("start_ms", BigInteger, nullable=False),
    Column("end_ms", BigInteger, nullable=False),
)
Index("membership_nurse", membership.c.practitioner_id, membership.c.end_ms, membership.c.patient_id)
Index("membership_team", membership.c.team_id, membership.c.end_ms, membership.c.patient_id)
_OWN = text("practitioner_id = ''")
membership_of_team = Index(
    "membership_of_team",
    membership.c.team_id,
    membership.c.end_ms,
    membership.c.start_ms,
    membership.c.patient_id,
    sqlite_where=_OWN,
    postgresql_where=_OWN,
)
"""Whom a team has now, read from the index alone: a supervisor's every request asks it several times."""

plan_state = Table(
    "plan_state",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)
"""`last_stamp` (ms) and `store_epoch`."""
