"""The demo: an invented province in season, lived through the same actions that users take."""
