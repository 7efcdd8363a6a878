"""What anybody may know of hearings: the announcements and their feeds."""
