"""Stays in hospitals and facilities on a person's page: where she is, the 48-hour clock, what somebody told of."""
