"""Leave and cover: on Today, the handover, and entering it on the board."""
