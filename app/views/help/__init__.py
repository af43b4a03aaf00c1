"""Help: one short text a screen, the tour, practising, no signal for days, a hard day."""
