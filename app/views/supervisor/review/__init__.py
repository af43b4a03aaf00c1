"""The review of signed visits: what waits, and one visit with its questions."""
