"""Opioids and comfort medicines counted in the home: in a visit, and on a person's page."""
