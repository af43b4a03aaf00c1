"""Content is loaded afresh after a test that added to it; scoring properties may take their time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from app import content

settings.register_profile(
    "content", deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("content")


@pytest.fixture
def clean_content() -> Iterator[None]:
    """No packs before and after."""
    content.use_packs(())
    yield
    content.use_packs(())
