"""Recusal (回避): requests, decisions, their clock."""
