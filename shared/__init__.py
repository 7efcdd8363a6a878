"""What every room stands on: data, live screens, doors, words. Knows no room."""
