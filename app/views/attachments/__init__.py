"""Photos and signatures: in the visit, and in a signed visit that is read."""
