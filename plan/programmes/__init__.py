"""What a plan takes out for its programmes: services for a bundled payment, cases to learn from, studies."""
