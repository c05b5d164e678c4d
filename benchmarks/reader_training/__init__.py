"""Makes what the reader is trained on, and exports what was trained."""
