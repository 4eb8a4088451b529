"""A header to features: the words of headers, units and numbers, settings. Independent of rows."""
