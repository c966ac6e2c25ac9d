"""Teaches the encoder our field, and the heads that judge its vectors: a tool for those who work on the classifier.

Needs PyTorch, which nothing else here does: `python -m pip install --no-deps torch==2.13.0` into an environment of your
own, beside what `make setup` installs, then `python -m classifiers.adapting.run`. A round over the corpus takes a
quarter of an hour on one core. What is shipped is the mean of two (`classifiers.adapting.mean`) that went on from
earlier adapters (`--start`) for some thirty rounds in all, the last two or three over all authors with seeds 71 and 72.
It had not learned out: each four rounds more, and more authors, still found more in messages by others.
"""
