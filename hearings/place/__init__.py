"""Time and place of a hearing: rooms, lawful starts, claims, the calendar."""
