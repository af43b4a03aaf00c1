"""Back into a store whose PIN is lost: a device asks, an officer approves with the offline rescue key."""
