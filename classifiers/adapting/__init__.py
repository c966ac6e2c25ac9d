"""Teaches the encoder our field: a tool for those who work on the classifier, not a part of what runs.

Needs PyTorch, which nothing else here does: `python -m pip install --no-deps torch==2.13.0` into an environment of your
own, beside what `make setup` installs, then `python -m classifiers.adapting.run`. It takes an hour on two cores.
"""
