"""One narrow row a visit, so that the log of a large team is a walk along an index instead of reading records.

What stands here is drawn out of the FHIR resources and can be drawn again at any time; the resources are the truth.
Times are ms since 1970 by the tablet's clock, as the visit gives them. Who may read a row is decided by the visit's
Encounter, never by what stands here.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, SmallInteger, String, Table, text

from plan.database import metadata

visit_line = Table(
    "visit_line",
    metadata,
    Column("encounter_id", String(64), primary_key=True),
    Column("patient_id", String(64), nullable=False),
    Column("nurse_id", String(64), nullable=False),
    Column("nurse_name", String(200), nullable=False),
    Column("began_ms", BigInteger, nullable=False),
    Column("left_ms", BigInteger),
    Column("signed_ms", BigInteger),
    Column("offset_ms", BigInteger),  # the plan's clock minus the tablet's; NULL: never compared
    Column("modality", String(20), nullable=False),  # in-person | telephone | video
    Column("setting", String(8), nullable=False),  # its place of service; "" unknown
    Column("place", String(8), nullable=False),  # CMS place of service of the contact; "" unknown
    Column("kind", String(40), nullable=False),
    Column("line", String(200), nullable=False),  # line of business when it was signed; "" not recorded
    Column("organisation", String(200), nullable=False),  # as the nurse named it; "" not said
    Column("score", SmallInteger),  # highest ESAS-r number of the visit
    Column("met", SmallInteger, nullable=False),  # 0: it did not take place
    Column("evv", SmallInteger, nullable=False),  # 1: somebody may ask about its times, clock or place
    Column("whole", SmallInteger, nullable=False),  # 0: still arriving
    Column("act_now", SmallInteger, nullable=False),
    Column("alert_open", SmallInteger, nullable=False),
)
"""Visits of the app: Encounters with our identifier that took place or were tried."""

visit_alert = Table(
    "visit_alert",
    metadata,
    Column("task_id", String(64), primary_key=True),
    Column("encounter_id", String(64), nullable=False, index=True),
    Column("patient_id", String(64), nullable=False),
    Column("level", String(20), nullable=False),
    Column("stands", Integer, nullable=False),
)
"""Alerts by the visit that raised them: they arrive before it."""

_c = visit_line.c
Index("visit_line_began", _c.began_ms, _c.encounter_id)
for _name in ("patient_id", "nurse_id", "place", "setting", "line", "organisation", "modality"):
    Index(f"visit_line_{_name}", _c[_name], _c.began_ms, _c.encounter_id)
Index("visit_line_score", _c.score, _c.began_ms, _c.encounter_id)
for _name, _rare in (("act_now", 1), ("alert_open", 1), ("evv", 1), ("met", 0), ("whole", 0)):
    _seldom = text(f"{_name} = {_rare}")
    Index(f"visit_line_{_name}", _c.began_ms, _c.encounter_id, sqlite_where=_seldom, postgresql_where=_seldom)
