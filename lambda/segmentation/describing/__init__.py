"""What segments mean: profiles, names, sentences, and what became of those of the run before."""
