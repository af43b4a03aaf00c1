"""Medicines: gone through in a visit, and as they stand on a person's page."""
