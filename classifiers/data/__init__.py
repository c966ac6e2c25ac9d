"""What the classifier has learned from, and what it has learned."""
