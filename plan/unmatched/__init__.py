"""People who were visited before the plan could say who they are, and who they turned out to be."""
