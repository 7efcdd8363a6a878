"""A call that reaches a visitor's phone while its page is in the background (Web Push)."""
