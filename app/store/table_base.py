"""What all tables of a user's store have in common."""

from __future__ import annotations

from sqlalchemy import Table
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

_registry = registry()


class StoreTable(SQLModel, registry=_registry):
    """Base of the store's tables: metadata of their own, so that nothing else's tables land in a store."""

    metadata = _registry.metadata


def table_of(model: type[StoreTable]) -> Table:
    """The Core table behind a model."""
    return _registry.metadata.tables[str(model.__tablename__)]
