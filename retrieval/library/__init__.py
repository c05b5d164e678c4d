"""One library as questions see it; only here is it known how it is laid out."""
