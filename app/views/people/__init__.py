"""The people around a person: in a visit and on her page."""
