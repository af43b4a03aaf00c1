"""Adding a person to this device: plan, sign-in, secret, first load."""
