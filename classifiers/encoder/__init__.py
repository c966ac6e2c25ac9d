"""The sentence encoder: what turns words into numbers in which like meanings lie close to each other."""
