"""Customers as weighted points, and how exactly numbers of them may be published; independent of files."""
