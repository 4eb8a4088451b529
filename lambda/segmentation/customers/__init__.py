"""Records to clean customers, counted into points."""
