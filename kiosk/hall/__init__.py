"""The supervisor's side of the hall: the live page, what if, the watchdog, figures."""
