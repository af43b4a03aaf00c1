"""Which help belongs to a place."""

from __future__ import annotations

from app.content.help_pages import HelpPage
from app.content.spoken import load_pages
from app.views.routes import Route


def find_help(place: Route) -> HelpPage | None:
    """None for a place that nobody wrote help for; a test sees to it that there is none."""
    return load_pages().get(type(place).__name__)
