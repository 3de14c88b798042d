"""Istidrak: from the day a list names a young person to the day their insertion is verified."""

__version__ = "0.1.0"
