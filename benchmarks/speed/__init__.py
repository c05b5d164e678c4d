"""What Pullquote and others cost on the same articles and questions, side by side in one run."""
