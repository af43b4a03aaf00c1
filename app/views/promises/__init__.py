"""Promises to a person, and the doorstep card: made in a visit, answered in the next one."""
