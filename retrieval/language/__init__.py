"""What is known of English words and of outlets' names, whatever the library."""
