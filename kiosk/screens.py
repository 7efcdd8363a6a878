"""The kiosk: two touches to a ticket, both languages on the first screen, and help at once."""

handlers: list[object] = []
