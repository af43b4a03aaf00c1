"""People who are on nobody's list."""
