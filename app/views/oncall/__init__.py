"""The on-call pack: on Today, its list, the reason, and one person's page."""
