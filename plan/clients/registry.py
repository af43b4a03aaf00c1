"""Registering backend clients, finding them, and shutting them out."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, true, update
from sqlmodel import Session, col, select

from plan.clients.keys import read_key_set
from plan.clients.tables import BackendClient, BackendClientGroup, BackendClientToken
from plan.fhir.stamps import clock_ms
from plan.fhir.store import find_current
from plan.fhir.types import ID
from plan.problems import PlanProblem

SCOPE = "system/*.rs"
"""What a client is given when nothing else is said: reading, and nothing of it beyond its groups."""
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,62}[a-z0-9]")
_SCOPE = re.compile(r"system/(\*|[A-Z][A-Za-z]+)\.(?:rs|read)", re.ASCII)


@dataclass(frozen=True)
class RegisteredClient:
    """A client as the sign-in and the export see it; also what Authlib asks of one."""

    client_id: str
    name: str
    key_set: str
    scope: str
    groups: frozenset[str]
    disabled: bool = False

    def get_client_id(self) -> str:
        return self.client_id

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """What is granted of what was asked for; None when nothing is left. Asked for nothing is asked for all."""
        if not scope:
            return self.scope
        mine = {_kind(one) for one in self.scope.split()}
        asked = [one for one in dict.fromkeys(scope.split()) if _SCOPE.fullmatch(one)]
        granted = [one for one in asked if "*" in mine or _kind(one) in mine]
        return " ".join(granted) or None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return False

    def check_client_secret(self, client_secret: str) -> bool:
        return False

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "private_key_jwt" and endpoint == "token"

    def check_response_type(self, response_type: str) -> bool:
        return False

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "client_credentials"


def _kind(scope: str) -> str:
    return scope.removeprefix("system/").partition(".")[0]


def add_client(
    connection: Connection, name: str, keys: str, groups: Sequence[str], scope: str = SCOPE
) -> RegisteredClient:
    """Register a client. `keys`: its public JWK Set as text. Inside `write_transaction`.

    Raises PlanProblem for a name that is odd or taken, keys that cannot be used, a group that is not there, a scope
    that is more than reading.
    """
    if not _NAME.fullmatch(name):
        raise PlanProblem("A client's name has 3 to 64 small letters, digits, dots, hyphens or underscores.")
    if find_by_name(connection, name) is not None:
        raise PlanProblem(f'There is a client "{name}" already.')
    if not scope.split() or not all(_SCOPE.fullmatch(one) for one in scope.split()):
        raise PlanProblem("A client only reads: system/*.rs, or system/Patient.rs and the like.")
    client_id = str(uuid.uuid4())
    row = {"id": client_id, "name": name, "key_set": read_key_set(keys), "scope": scope, "disabled": False}
    connection.execute(insert(BackendClient).values(**row, created_ms=clock_ms()))
    set_groups(connection, client_id, groups)
    return get_client(connection, name)


def set_groups(connection: Connection, client_id: str, groups: Sequence[str]) -> None:
    """Which groups it may export, from now on. Raises PlanProblem for one that is not there, and for none."""
    if not groups:
        raise PlanProblem("Name at least one group: a client without one can read nothing.")
    for one in groups:
        held = find_current(connection, "Group", one, true())
        if held is None or held.deleted:
            raise PlanProblem(f"There is no Group/{one}.")
    connection.execute(delete(BackendClientGroup).where(col(BackendClientGroup.client_id) == client_id))
    rows = [{"client_id": client_id, "group_id": one} for one in dict.fromkeys(groups)]
    connection.execute(insert(BackendClientGroup), rows)


def set_keys(connection: Connection, name: str, keys: str) -> None:
    """Other public keys instead of those it had; its tokens end. Raises PlanProblem."""
    client = get_client(connection, name)
    found = update(BackendClient).where(col(BackendClient.id) == client.client_id)
    connection.execute(found.values(key_set=read_key_set(keys)))
    _end_tokens(connection, client.client_id)


def set_disabled(connection: Connection, name: str, disabled: bool) -> None:
    """Shut a client out, or let it in again. Shut out, its tokens end at once. Raises PlanProblem."""
    client = get_client(connection, name)
    connection.execute(
        update(BackendClient).where(col(BackendClient.id) == client.client_id).values(disabled=disabled)
    )
    if disabled:
        _end_tokens(connection, client.client_id)


def _end_tokens(connection: Connection, client_id: str) -> None:
    connection.execute(delete(BackendClientToken).where(col(BackendClientToken.client_id) == client_id))


def find_client(connection: Connection, client_id: str) -> RegisteredClient | None:
    """The client of that id, disabled ones included."""
    with Session(connection) as session:
        # Comes out of proofs that nobody has checked yet, with characters that a database does not take.
        row = session.get(BackendClient, client_id) if ID.match(client_id) else None
        return None if row is None else _registered(session, row)


def find_by_name(connection: Connection, name: str) -> RegisteredClient | None:
    with Session(connection) as session:
        row = session.exec(select(BackendClient).where(BackendClient.name == name)).first()
        return None if row is None else _registered(session, row)


def get_client(connection: Connection, name: str) -> RegisteredClient:
    """The client of that name. Raises PlanProblem when there is none."""
    client = find_by_name(connection, name)
    if client is None:
        raise PlanProblem(f'There is no client "{name}".')
    return client


def list_clients(connection: Connection) -> list[RegisteredClient]:
    """All of them, by name."""
    with Session(connection) as session:
        rows = session.exec(select(BackendClient).order_by(BackendClient.name)).all()
        return [_registered(session, row) for row in rows]


def _registered(session: Session, row: BackendClient) -> RegisteredClient:
    groups = session.exec(
        select(BackendClientGroup.group_id).where(BackendClientGroup.client_id == row.id)
    ).all()
    return RegisteredClient(row.id, row.name, row.key_set, row.scope, frozenset(groups), row.disabled)
