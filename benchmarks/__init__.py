"""`make bench`: how fast the program is with a country in its database. Outside the package and the tests."""
