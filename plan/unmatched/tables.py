"""Tables of people who were visited and not yet matched to a member, and of what was joined."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from plan.database import PlanTable


class UnmatchedPerson(PlanTable, table=True):
    """A person whom a nurse made on her device. `member_id` is the member she was joined to, None until then."""

    __tablename__ = "unmatched_person"
    __table_args__ = (Index("unmatched_team", "team_id", "member_id"),)

    person_id: str = Field(primary_key=True, max_length=64)
    practitioner_id: str = Field(max_length=64)
    """The nurse who made her."""
    team_id: str = Field(max_length=64)
    """That nurse's team at the time; "" without one."""
    careteam_id: str = Field(max_length=64)
    """The CareTeam that the plan made, by which nurse and team read this person."""
    made_ms: int = Field(sa_type=BigInteger)
    member_id: str | None = Field(default=None, max_length=64)


class UnmatchedJoin(PlanTable, table=True):
    """One decision that a person is a member, by whom, and that it was taken back. Rows stay."""

    __tablename__ = "unmatched_join"
    __table_args__ = (Index("unmatched_join_member", "member_id", "undone_ms"),)

    id: str = Field(primary_key=True, max_length=36)
    person_id: str = Field(max_length=64, index=True)
    member_id: str = Field(max_length=64)
    joined_ms: int = Field(sa_type=BigInteger)
    joined_by: str = Field(max_length=36)
    """User id; "" is an officer at the database."""
    undone_ms: int | None = Field(default=None, sa_type=BigInteger)
    undone_by: str | None = Field(default=None, max_length=36)


class UnmatchedMoved(PlanTable, table=True):
    """A record that changed its person with a join or its undoing: the version before, and the one that says so.

    `was_version` is "" of a record that came later, written to the temporary person.
    """

    __tablename__ = "unmatched_moved"

    type: str = Field(primary_key=True, max_length=40)
    id: str = Field(primary_key=True, max_length=64)
    now_version: str = Field(primary_key=True, max_length=36)
    was_version: str = Field(max_length=36)
    join_id: str = Field(max_length=36, index=True)
