"""What devices tell of their own audit logs: who read, wrote, unlocked there, in hash chains."""

from __future__ import annotations

from plan.device_audit.reading import Seen, list_seen

__all__ = ["Seen", "list_seen"]
