"""The team board: what a supervisor is told of her team's devices, and moving people and visits between nurses."""
