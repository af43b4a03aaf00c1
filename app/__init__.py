"""The Hearthside app: what a palliative nurse and her supervisor use."""

__version__ = "0.1.0"
