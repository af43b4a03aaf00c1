"""Sharing one person's record with somebody outside the team."""
