"""The ticket on paper: the queue of slips and the printer."""
