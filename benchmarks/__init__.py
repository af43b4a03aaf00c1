"""Figures of speed, each beside a floor or a peer measured in the same run. Nothing here ships with the app."""
