"""The call: opening the plan's video visit or the dialler, and what happens when the call is lost."""
