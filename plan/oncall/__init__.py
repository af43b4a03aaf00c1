"""The on-call pack: what a nurse on duty needs at night of everybody of her team, while her duty lasts."""
