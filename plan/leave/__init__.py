"""Leave and cover: a nurse is away, another stands in for her, and the access that this gives ends with it."""
