"""What trains the model that tells talk from questions."""
