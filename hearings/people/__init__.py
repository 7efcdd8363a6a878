"""Who runs a hearing and who takes part in it."""
