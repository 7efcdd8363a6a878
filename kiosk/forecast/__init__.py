"""What is said of waiting times: the simulated hall, records, promises and how they were kept."""
