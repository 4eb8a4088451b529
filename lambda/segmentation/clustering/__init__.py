"""Weighted points to segments: scaling, K-Means for each K, which K, and how far to trust it. Independent of files."""
