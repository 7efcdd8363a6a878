"""Public hearings: from the request to the panel, the notice, the answers and the day itself."""
