"""The watchdog at work."""

from kiosk.watch_tables import DoorCount

__all__ = ["DoorCount"]
