"""The visit page: symptoms, note, leaving, signing."""
