"""The speaking voice of the hall and of the kiosk."""
