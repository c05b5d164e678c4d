"""What else a library is asked: who is quoted, did anyone say this."""
