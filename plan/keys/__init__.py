"""The plan's keys: the root that signs them, the rescue key, the courier key and the key for device orders."""
