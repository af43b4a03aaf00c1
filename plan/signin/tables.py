"""Tables of the sign-in. Codes and tokens lie in them as SHA-256 only; times are ms since 1970."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from plan.database import PlanTable


class SignInCode(PlanTable, table=True):
    """One authorization code: good for one exchange within a minute."""

    __tablename__ = "sign_in_code"

    code_hash: str = Field(primary_key=True, max_length=64)
    user_id: str = Field(max_length=36, index=True)
    client_id: str = Field(max_length=64)
    redirect_uri: str = Field(max_length=200)
    scope: str = Field(max_length=1000)
    challenge: str = Field(max_length=128)
    expires_ms: int = Field(sa_type=BigInteger)
    used_ms: int | None = Field(default=None, sa_type=BigInteger)
    family_id: str | None = Field(default=None, max_length=36)
    """The sign-in it was exchanged for: a code that comes twice ends it."""


class SignInFamily(PlanTable, table=True):
    """One sign-in on one device: every token that descends from it ends with it."""

    __tablename__ = "sign_in_family"

    id: str = Field(primary_key=True, max_length=36)
    user_id: str = Field(max_length=36, index=True)
    client_id: str = Field(max_length=64)
    began_ms: int = Field(sa_type=BigInteger)
    ended_ms: int | None = Field(default=None, sa_type=BigInteger)


class SignInToken(PlanTable, table=True):
    """An access or refresh token. A refresh token is spent when it was exchanged for its successors."""

    __tablename__ = "sign_in_token"

    token_hash: str = Field(primary_key=True, max_length=64)
    kind: str = Field(max_length=8)
    family_id: str = Field(max_length=36, index=True)
    scope: str = Field(max_length=1000)
    expires_ms: int = Field(sa_type=BigInteger)
    spent_ms: int | None = Field(default=None, sa_type=BigInteger)
    parent_hash: str | None = Field(default=None, max_length=64)
    """The refresh token it was exchanged for."""
    sealed_successors: bytes | None = None
    """The pair it was exchanged for, readable only with this very token, for the seconds of grace."""


Index("sign_in_token_expiry", SignInToken.__table__.c.expires_ms)  # type: ignore[attr-defined]  # SQLModel hides it


class SignInTries(PlanTable, table=True):
    """Failed sign-ins of one user name or one client address, both as keyed hashes."""

    __tablename__ = "sign_in_tries"

    key: str = Field(primary_key=True, max_length=64)
    failures: int = 0
    last_ms: int = Field(sa_type=BigInteger)
    until_ms: int = Field(default=0, sa_type=BigInteger)
