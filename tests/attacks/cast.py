"""Who stands around the plan's door, and what lies behind it: people, patients, records, and tokens in every state."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, insert, update
from sqlmodel import col

from plan.clients.registry import add_client
from plan.clients.tokens import issue_token
from plan.clinical_settings import put_settings
from plan.database import write_transaction
from plan.fhir.stamps import clock_ms, instant
from plan.leave.tables import NurseLeave
from plan.resources import put_as_system
from plan.settings import PlanSettings
from plan.signin.drain import withdraw_user
from plan.signin.secret import load_secrets
from plan.signin.tables import SignInFamily, SignInToken
from plan.signin.tokens import ACCESS, begin_family, end_family, hash_secret, issue_pair, make_secret
from plan.users import User
from tests.plan.fhir_builders import (
    careteam,
    encounter,
    observation,
    patient,
    practitioner,
    provenance,
    restricted,
)
from tests.plan.fhir_builders import team as organization
from tests.plan.fhir_samples import open_samples, samples
from tests.plan_bulk.bulk_doubles import make_key, public_keys

WHOLE = "user/*.cruds offline_access"
DAY = 86_400_000
ROLES = {
    "ana": ("nurse", "team-1"),  # patients a and t
    "ben": ("nurse", "team-1"),  # patients b and t
    "fay": ("nurse", "team-1"),  # left patient b ten days ago
    "old": ("nurse", "team-1"),  # left patient b forty days ago
    "dan": ("nurse", "team-1"),  # patient b, withdrawn: drains
    "sue": ("supervisor", "team-1"),  # all of them
    "tom": ("supervisor", "team-2"),  # nobody
    "cam": ("care-manager", "team-3"),  # patient b, beside the visits
    "eve": ("nurse", "team-2"),  # nobody, until she opens b's record in an emergency
    "dis": ("nurse", "team-1"),  # patient b, shut out
    "gil": ("nurse", "team-1"),  # stands in for Ana since an hour, nobody of her own
    "nia": ("nurse", "team-1"),  # on duty day and night, nobody of her own
    "rec": ("operator", None),
}
"""Practitioner id, role and team. Patient a is Ana's, b is Ben's, t is both's."""


@dataclass
class Cast:
    """Tokens by name."""

    tokens: dict[str, str] = field(default_factory=dict)


def gather(engine: Engine) -> Cast:
    """Fill an empty database. Returns the tokens."""
    _load_records(engine)
    cast = Cast()
    with write_transaction(engine) as connection:
        now = clock_ms()
        for name, (role, team_id) in ROLES.items():
            row = {"id": f"user-{name}", "username": f"{name}.user", "display_name": name, "role": role}
            more = {"practitioner_id": name, "team_id": team_id, "disabled": False, "created_ms": now}
            connection.execute(insert(User).values(**row, **more, password_hash=None))
            family = begin_family(connection, f"user-{name}", "hearthside-app", now)
            pair = issue_pair(connection, family, WHOLE, PlanSettings(), now)
            cast.tokens[name] = pair.access_token
            cast.tokens[f"{name}:refresh"] = pair.refresh_token or ""
        row = {"id": "leave-now", "team_id": "team-1", "practitioner_id": "ana", "stand_in_id": "gil"}
        times = {"from_ms": now - 3_600_000, "until_ms": now + 7 * DAY, "entered_by": "", "entered_ms": now}
        connection.execute(insert(NurseLeave).values(**row, **times))
        all_day = {"who": "Practitioner/nia", "from": "00:00", "to": "00:00"}
        put_settings(connection, {"version": "cast", "duty": {"list": [all_day]}})
        _odd_tokens(connection, cast, now)
        withdraw_user(connection, "user-dan", now)
        connection.execute(update(User).where(col(User.id) == "user-dis").values(disabled=True))
        _add_program(connection, cast, now)
    load_secrets(engine)
    return cast


def _add_program(connection: Any, cast: Cast, now: int) -> None:
    """A program that may export a group of patient a, beside a group of patient b."""
    for name, whose in (("group-one", "a"), ("group-two", "b")):
        member = [{"entity": {"reference": f"Patient/{whose}"}}]
        group = {"resourceType": "Group", "id": name, "type": "person", "actual": True, "member": member}
        put_as_system(connection, group)
    client = add_client(connection, "warehouse", public_keys(make_key("main")), ["group-one"])
    # Of the next hour: the whole table is gone through with this one.
    cast.tokens["bulk"] = issue_token(connection, client.client_id, "system/*.rs", now + 3_600_000)


def _odd_tokens(connection: Any, cast: Cast, now: int) -> None:
    def token(
        name: str, scope: str = WHOLE, *, minutes: int = 15, kind: str = ACCESS, who: str = "ana"
    ) -> str:
        family = begin_family(connection, f"user-{who}", "hearthside-app", now)
        secret = make_secret()
        values = {"kind": kind, "family_id": family, "scope": scope, "expires_ms": now + minutes * 60_000}
        connection.execute(insert(SignInToken).values(token_hash=hash_secret(secret), **values))
        cast.tokens[name] = secret
        return family

    token("expired", minutes=-1)
    end_family(connection, token("ended"), now)
    gone = token("orphan")
    connection.execute(update(SignInFamily).where(col(SignInFamily.id) == gone).values(user_id="nobody"))
    for name, scope in {
        "reads": "user/*.rs",
        "creates": "user/*.c",
        "updates": "user/*.u",
        "deletes": "user/*.d",
        "searches": "user/*.s",
        "patients only": "user/Patient.rs",
        "observations only": "user/Observation.cruds",
        "patient level": "patient/*.cruds",
        "narrowed": "user/*.rs?category=survey",
        "no scope": "openid fhirUser offline_access",
        "old words": "user/*.read",
        "odd letters": "user/*.cruds!",
    }.items():
        token(name, scope)
    token("rec reads", "user/*.rs", who="rec")
    cast.tokens["hash"] = hash_secret(cast.tokens["ana"])
    cast.tokens["invented"] = make_secret()


def _load_records(engine: Engine) -> None:
    now = clock_ms()

    def member(name: str, left_days: int) -> dict[str, Any]:
        period = {"start": instant(now - 400 * DAY), "end": instant(now - left_days * DAY)}
        return {"member": {"reference": f"Practitioner/{name}"}, "period": period}

    team_b = careteam("ct-b", "b", "ben", "cam", "dan", "dis")
    team_b["participant"] += [member("fay", 10), member("old", 40)]
    resources: list[dict[str, Any]] = [organization("team-1"), organization("team-2")]
    resources += [practitioner(name) for name in ROLES if name != "rec"]
    resources += [patient("a"), patient("b", "Okonkwo"), patient("t"), team_b]
    resources += [careteam("ct-a", "a", "ana"), careteam("ct-t", "t", "ana", "ben")]
    resources += [
        each
        for each in samples("b", "ben", "b").values()
        if each["resourceType"] not in ("Patient", "CareTeam")
    ]
    resources += [
        each
        for each in samples("a", "ana", "a").values()
        if each["resourceType"] not in ("Patient", "CareTeam")
    ]
    shared = samples("t", "ben", "t")
    kinds = ("CarePlan", "Goal", "Task", "Observation", "Encounter", "ServiceRequest", "Appointment")
    resources += [shared[name] for name in kinds]
    resources += [
        observation("secret-r", "b", 9, "ben", meta=restricted("R")),
        observation("secret-v", "b", 9, "ben", meta=restricted("V")),
        observation("fays", "b", 5, "fay"),
        observation("olds", "b", 5, "old"),
        {**encounter("visit-b", "b", "ben"), "id": "visit-b"},
        provenance("prov-secret", "ben", "Observation/secret-r"),
    ]
    # Ana's own record, pointing at another's: what it points at must not be searched through it.
    pointing = samples("a", "ana", "pointing")["Task"]
    resources.append(pointing | {"focus": {"reference": "Observation/observation-b"}})
    resources += list(open_samples().values())
    with write_transaction(engine) as connection:
        for each in resources:
            put_as_system(connection, each)
