"""People of the roster who were not reached yet."""
