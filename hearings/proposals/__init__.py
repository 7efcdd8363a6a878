"""Planning many hearings at once: what the planner is asked, how it answers, its pages."""
