"""The courier: writes that somebody else's device brings, checked by their author's signature."""
