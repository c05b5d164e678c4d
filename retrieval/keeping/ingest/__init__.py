"""What comes in from outside: fetched with care, told by its content, parsed in a process of its own."""
