"""One screen for a call to a prescriber: what to say, what was said, what was ordered."""
