"""Discreet visits, which nobody in the hall may notice."""
