"""Sent & waiting: what is not yet received and why, what needs a person, receipts, connection test, log."""
