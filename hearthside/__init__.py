"""The hearthside command."""
