"""Outcomes on screen: measures, what differs between people, who is behind a number, the printed report."""
