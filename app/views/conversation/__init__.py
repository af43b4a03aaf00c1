"""What matters to a person, and her code status: in a visit and on her page."""
