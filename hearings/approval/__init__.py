"""Questions to the chief procurator, their answers, and delegation."""
