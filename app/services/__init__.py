"""What a person can do with Hearthside. The only door for views; everything here is async and never blocks."""
