"""The report as it stands: what may be shown of each measure to whom, and nothing else."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text

from plan.database import metadata

FOR_TEAMS = "plan-for-teams"
"""The scope under which the whole plan's figures stand for a team's supervisor."""

report = Table(
    "outcome_report",
    metadata,
    Column("row", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("scope", String(64), nullable=False, index=True),  # an Organization id, "*" or plan-for-teams
    Column("measure", String(64), nullable=False),
    Column("made_ms", BigInteger, nullable=False),  # when it was worked out
    Column("as_of_ms", BigInteger, nullable=False),  # everything written by then is in it
    Column("body", Text, nullable=False),  # JSON, see plan.outcomes.report.figures
)
"""Numbers that are hidden are not in it at all."""
