"""Words about the scales that a plan added."""

from __future__ import annotations

from app.language import N_

PACKS = N_("Scales from your plan")
IN_USE = N_("In use")
