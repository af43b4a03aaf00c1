"""Tables of backend clients: who they are, which groups they may export, their tokens and the proofs they used."""

from __future__ import annotations

from sqlalchemy import BigInteger, Text
from sqlmodel import Field

from plan.database import PlanTable


class BackendClient(PlanTable, table=True):
    """One registered program. Times are ms since 1970."""

    __tablename__ = "backend_client"

    id: str = Field(primary_key=True, max_length=36)
    name: str = Field(unique=True, max_length=64)
    key_set: str = Field(sa_type=Text)
    """Its public keys, a JWK Set as JSON. The private ones never come here."""
    scope: str = Field(max_length=1000)
    """The most that it is granted, SMART scopes with spaces between."""
    disabled: bool = False
    created_ms: int = Field(sa_type=BigInteger)


class BackendClientGroup(PlanTable, table=True):
    """One group whose members' records the client may export."""

    __tablename__ = "backend_client_group"

    client_id: str = Field(primary_key=True, max_length=36)
    group_id: str = Field(primary_key=True, max_length=64)


class BackendClientToken(PlanTable, table=True):
    """An access token, as its SHA-256. There are no refresh tokens: a client proves itself anew."""

    __tablename__ = "backend_client_token"

    token_hash: str = Field(primary_key=True, max_length=64)
    client_id: str = Field(max_length=36, index=True)
    scope: str = Field(max_length=1000)
    expires_ms: int = Field(sa_type=BigInteger, index=True)


class BackendClientProof(PlanTable, table=True):
    """A signed proof that was used once and is good for nothing more, kept until it would have expired."""

    __tablename__ = "backend_client_proof"

    client_id: str = Field(primary_key=True, max_length=36)
    proof_hash: str = Field(primary_key=True, max_length=64)
    expires_ms: int = Field(sa_type=BigInteger, index=True)
