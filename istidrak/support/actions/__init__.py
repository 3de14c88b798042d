"""Writers of social support: one verb each, one transaction, history inside."""
