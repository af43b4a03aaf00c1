"""Who did what to whose record, as the backend saw it: written by the server, never changed."""
