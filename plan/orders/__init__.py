"""Orders to single devices, signed by the officers' key: today one, to wipe what a lost tablet holds."""
