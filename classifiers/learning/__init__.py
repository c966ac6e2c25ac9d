"""How the classifier learns: the corpus, the fitting of heads, and the card that says how good they are."""
