"""Users of the plan: who may sign in, as what, and the Practitioner and Organization that stand for them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence

from sqlalchemy import BigInteger, Connection, update
from sqlmodel import Field, Session, col, select

from plan.database import PlanTable
from plan.fhir.stamps import clock_ms
from plan.passwords import check_password_strength, hash_password
from plan.people import put_practitioner, put_team
from plan.principal import OPERATOR, ROLES
from plan.problems import PlanProblem
from plan.signin.tables import SignInCode, SignInFamily

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,62}[a-z0-9]")
_LONGEST_NAME = 120


class User(PlanTable, table=True):
    """One user. `team_id` is the id of her team's Organization. Times are ms since 1970."""

    __tablename__ = "plan_user"

    id: str = Field(primary_key=True, max_length=36)
    username: str = Field(unique=True, max_length=64)
    display_name: str = Field(max_length=_LONGEST_NAME)
    password_hash: str | None = Field(default=None, max_length=200)
    role: str = Field(max_length=20)
    practitioner_id: str = Field(max_length=64)
    team_id: str | None = Field(default=None, max_length=64)
    disabled: bool = False
    created_ms: int = Field(sa_type=BigInteger)


def clean_username(text: str) -> str:
    """The name as it is kept: trimmed, lower case."""
    return text.strip().lower()


def find_user(connection: Connection, username: str) -> User | None:
    """The user of that name, disabled ones included."""
    with Session(connection) as session:
        return session.exec(select(User).where(User.username == clean_username(username))).first()


def get_user(connection: Connection, username: str) -> User:
    """The user of that name. Raises PlanProblem when there is none."""
    user = find_user(connection, username)
    if user is None:
        raise PlanProblem(f'There is no user "{clean_username(username)}".')
    return user


def find_user_by_id(connection: Connection, user_id: str) -> User | None:
    with Session(connection) as session:
        return session.get(User, user_id)


def list_users(connection: Connection) -> Sequence[User]:
    """All users, by name."""
    with Session(connection) as session:
        return session.exec(select(User).order_by(User.username)).all()


def add_user(
    connection: Connection,
    *,
    username: str,
    display_name: str,
    role: str,
    password: str | None,
    team: str | None = None,
) -> User:
    """Make a user, her Practitioner, and her team's Organization (by name) when it is new.

    For use inside `write_transaction`. An operator needs no password: she gets tokens by `plan token` only. Raises
    PlanProblem for a name that is taken or odd, an unknown role, a weak password, a missing team.
    """
    name, shown = clean_username(username), " ".join(display_name.split())
    if not _USERNAME.fullmatch(name):
        raise PlanProblem("A user name has 3 to 64 small letters, digits, dots, hyphens or underscores.")
    if not shown or len(shown) > _LONGEST_NAME or not shown.isprintable():
        raise PlanProblem(f"A display name has 1 to {_LONGEST_NAME} printable characters.")
    if role not in ROLES:
        raise PlanProblem(f"A role is one of: {', '.join(ROLES)}.")
    if find_user(connection, name) is not None:
        raise PlanProblem(f'There is a user "{name}" already.')
    if role == OPERATOR:
        hashed = None
    elif password is None:
        raise PlanProblem("Who signs in needs a password.")
    elif team is None or not team.strip():
        raise PlanProblem("Who signs in needs a team.")
    else:
        check_password_strength(password, name)
        hashed = hash_password(password)
    team_id = put_team(connection, team) if team and team.strip() else None
    user = User(
        id=str(uuid.uuid4()),
        username=name,
        display_name=shown,
        password_hash=hashed,
        role=role,
        practitioner_id=str(uuid.uuid4()),
        team_id=team_id,
        created_ms=clock_ms(),
    )
    put_practitioner(connection, user.practitioner_id, name, shown)
    with Session(connection, expire_on_commit=False) as session:
        session.add(user)
        session.flush()
        session.expunge(user)
    return user


def set_disabled(connection: Connection, username: str, disabled: bool) -> None:
    """Shut a user out, or let her in again. Shutting out ends her sign-ins at once. Raises PlanProblem."""
    user = get_user(connection, username)
    connection.execute(update(User).where(col(User.id) == user.id).values(disabled=disabled))
    if disabled:
        end_sign_ins(connection, user.id)


def reset_password(connection: Connection, username: str, password: str) -> None:
    """Set a new password and end all sign-ins. Raises PlanProblem for a weak one, or for an operator."""
    user = get_user(connection, username)
    if user.role == OPERATOR:
        raise PlanProblem("An operator has no password.")
    check_password_strength(password, user.username)
    set_password_hash(connection, user.id, hash_password(password))
    end_sign_ins(connection, user.id)


def set_password_hash(connection: Connection, user_id: str, hashed: str) -> None:
    connection.execute(update(User).where(col(User.id) == user_id).values(password_hash=hashed))


def end_sign_ins(connection: Connection, user_id: str) -> None:
    """End every sign-in of a user: their tokens and codes not yet exchanged are refused from now on."""
    open_ones = (col(SignInFamily.user_id) == user_id, col(SignInFamily.ended_ms).is_(None))
    connection.execute(update(SignInFamily).where(*open_ones).values(ended_ms=clock_ms()))
    connection.execute(update(SignInCode).where(col(SignInCode.user_id) == user_id).values(expires_ms=0))
