"""Customers as weighted points, and how exactly numbers of them may be published. It knows no file."""
