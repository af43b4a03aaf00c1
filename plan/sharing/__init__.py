"""One member's palliative record for a case manager or primary care: with her consent, read-only, for a time."""
