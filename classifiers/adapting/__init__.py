"""Teaches the encoder our field, and the heads that judge its vectors: a tool for those who work on the classifier.

Needs PyTorch, which nothing else here does: `python -m pip install --no-deps torch==2.13.0` into an environment of your
own, beside what `make setup` installs, then `python -m classifiers.adapting.run`. An hour on one core makes six rounds
over the corpus. What is shipped went on from an earlier adapter (`--start`) for three rounds, with seeds 11 to 13, and
is the mean of all three: `classifiers.adapting.mean`.
"""
