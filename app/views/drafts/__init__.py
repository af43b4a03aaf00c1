"""Drafts that lie on other tablets, and one visit that was written twice."""
