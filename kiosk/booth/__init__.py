"""The kiosk's pages besides taking a number."""
