"""What the command line prints: JSON and terminal."""
