"""What follows when a hearing changes: who is told, how, and what stays to be done."""
