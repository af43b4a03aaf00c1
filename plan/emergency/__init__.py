"""Access in an emergency: a nurse opens one person's record who is not on her list, for twelve hours."""
