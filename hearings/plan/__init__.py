"""The hearing plan (听证方案): written, kept in versions, approved, printed."""
