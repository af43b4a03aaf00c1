"""Two versions side by side, and a person who chooses."""
