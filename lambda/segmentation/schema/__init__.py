"""A header to features: the words of headers, units and numbers, settings. It knows no row."""
