"""Forms of social support."""
