"""The visit log of a team that is too large for a tablet: one narrow row a visit, kept with every write."""
