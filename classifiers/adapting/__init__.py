"""Teaches the encoder our field, and the heads that judge its vectors: a tool for those who work on the classifier.

Needs PyTorch, which nothing else here does: `python -m pip install --no-deps torch==2.13.0 sympy mpmath networkx
filelock fsspec` into an environment of your own, beside what `make setup` installs (its `site-packages` in
`PYTHONPATH`), then `python -m classifiers.adapting.run`. A round over the corpus takes some twenty minutes on one core.
What is shipped is the mean of two (`classifiers.adapting.mean`) that went on from earlier adapters (`--start`) for some
48 rounds in all, the last one over all authors with seeds 181 and 182. It had not learned out: each two rounds more,
and more authors, still found more in messages by others. To go on: `python -m classifiers.adapting.mean --rank 32
classifiers/encoder/adapter.npz --out START.npz`, two runs with `--start START.npz` and other seeds, their mean, then
`python -m classifiers.learning.ship`.
"""
