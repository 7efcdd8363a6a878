"""The hall: tickets, windows, lobby, phone."""
