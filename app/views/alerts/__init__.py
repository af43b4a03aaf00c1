"""Alerts on screen: the strip of a visit, "I am worried", what is asked before signing, and lists."""
