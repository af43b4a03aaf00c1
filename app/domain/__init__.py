"""Pure clinical domain: no clock, no input or output, no randomness."""
