"""Matters that visitors entrust to the office, and how their holders look them up."""
