"""Words of single parts of the app, one file a part; `app/views/text.py` holds those that all share."""
