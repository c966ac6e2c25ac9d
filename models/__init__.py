"""The vocabulary: frozen, keyword-only values and the reference data they speak of.

Only the standard library is used here. Trained models do not live here: those belong to `classifiers/`.
"""
