"""Words about the scales that a plan added."""

from __future__ import annotations

PACKS = "Scales from your plan"
IN_USE = "In use"
