"""Putting a paper together, looking at it, and letting it leave."""
