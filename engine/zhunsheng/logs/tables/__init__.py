"""Opening files as raw tables."""
