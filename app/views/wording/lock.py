"""Words of the cover over open records, and of the way back without typing."""

COVERED = "Nothing is lost."
UNCOVER = "Tap anywhere to go on"
QUICK = "Use your finger or face"
