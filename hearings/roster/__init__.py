"""The roster of hearing officers (听证员库): who they are, what was checked, when they can come."""
