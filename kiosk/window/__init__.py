"""The window console: what it shows and what its presses do."""
