"""Devices as the plan knows them: whose each is, and the key that its writes are signed with."""
