"""Words of the cover over open records, and of the way back without typing."""

from __future__ import annotations

from app.language import N_

COVERED = N_("Nothing is lost.")
UNCOVER = N_("Tap anywhere to go on")
QUICK = N_("Use your finger or face")
