"""Measurements: `make bench`. They assert nothing and stand apart from the tests."""
