"""What is not wanted for a time: written down in a few taps, and said in one quiet line."""
