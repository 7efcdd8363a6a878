"""Who was called before somebody and why, in words."""
