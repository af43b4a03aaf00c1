"""What a withdrawn sign-in may still do: bring what its user wrote, and ask what became of that. Nothing else.

It writes as she could before, with three limits: a PUT says what it rests on (`If-None-Match: *` or the version that
the device had), nothing is deleted, and nothing is looked for (`If-None-Exist`). It reads by id only, and only versions
that one of her own writes made: the version carries the write's tag, and the Provenance of that id is hers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, exists, literal_column, or_, select

from plan.fhir.outcomes import Refusal
from plan.fhir.roles import find_grant
from plan.fhir.stamps import instant
from plan.fhir.tables import reference_index, resource
from plan.fhir.types import TYPES
from plan.principal import NURSE, Principal

if TYPE_CHECKING:
    from plan.fhir.context import Caller
    from plan.fhir.writes import Write

HEADER = "Hearthside-Drain"
"""Header of every refusal that has this reason: until when she may still send."""
TAG = "urn:hearthside:write"
"""System of the tag that names the write that made a version."""
WITHDRAWN = "The plan has withdrawn this sign-in: what was written is still taken, nothing is read."
_ON_ITS_OWN = ("Binary", "Provenance")


def refuse(principal: Principal) -> None:
    """For doors that disclose something. Raises Refusal 403 for a withdrawn sign-in."""
    if principal.drain_until_ms is not None:
        raise Refusal(403, WITHDRAWN, headers={HEADER: instant(principal.drain_until_ms)})


def check(principal: Principal, letter: str, type_name: str) -> None:
    """Scopes of a withdrawn sign-in: `c`, `r` and `u` on what her role writes. Raises Refusal 403."""
    if not principal.draining:
        return
    kind = TYPES.get(type_name)
    # Somebody whom she visited and who was on no list: only such a Patient is taken from a nurse at all.
    person = type_name == "Patient" and principal.role == NURSE and letter == "c"
    makes = kind is not None and (person or find_grant(principal.role, kind).makes)
    if letter not in ("c", "r", "u") or not makes:
        refuse(principal)


def may_ask(principal: Principal, type_name: str) -> bool:
    """A Patient of her own making: what became of that write is asked for as of any other, by its id."""
    return principal.draining and principal.role == NURSE and type_name == "Patient"


def readable(principal: Principal) -> ColumnElement[bool]:
    """The access predicate of a withdrawn sign-in, for reads of one id."""
    manifest = resource.alias("manifest")
    tag = literal_column(f'\'%"system":"{TAG}","code":"\'').concat(manifest.c.id).concat('"%')
    made_by_her = exists(
        select(1)
        .select_from(manifest)
        .join(reference_index, reference_index.c.key == manifest.c.key)
        .where(
            reference_index.c.type == "Provenance",
            reference_index.c.param == "target",
            reference_index.c.target_type == resource.c.type,
            reference_index.c.target_id == resource.c.id,
            manifest.c.author_id == principal.practitioner_id,
            resource.c.body.like(tag),
        )
        .correlate(resource)
    )
    mine = and_(resource.c.author_id == principal.practitioner_id, resource.c.type.in_(_ON_ITS_OWN))
    return or_(mine, made_by_her)


def check_writes(caller: Caller, writes: Sequence[Write]) -> Caller:
    """The caller as one who writes: what is written is judged by her full rights. Raises Refusal 403."""
    if not caller.principal.draining:
        return caller
    for write in writes:
        rests = write.if_none_match == "*" or write.if_match is not None
        if write.method == "DELETE" or write.if_none_exist or (write.method == "PUT" and not rests):
            refuse(caller.principal)
    return replace(caller, writing=True)
