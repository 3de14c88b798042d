"""How tests run: their database, their order of rows, what they cost and what they could not do."""
