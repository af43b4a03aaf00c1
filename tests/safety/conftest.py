"""Safety rules: pure, so there is nothing to open."""
