"""Pages of social support."""
