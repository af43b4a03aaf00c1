"""Programs of the plan that sign in with a key of their own, without a person: SMART backend services."""
