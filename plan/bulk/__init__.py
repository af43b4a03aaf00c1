"""Bulk Data export: the records of a group's members as NDJSON files, for the engine that a plan already runs."""
