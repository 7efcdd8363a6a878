"""Bookings: slots, the booking page, the desk's page, arrival."""
