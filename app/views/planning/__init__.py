"""Plan of care and referrals: their sections of a visit, and their parts of a person's page."""
