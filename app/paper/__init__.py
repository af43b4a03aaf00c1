"""Papers to leave behind: composed from the record, drawn as PDF in memory, sealed with a password (ADR 0040)."""
