"""A person's page: what is always in sight, what matters, how it has gone, and what is on record."""
