"""Teaches the encoder our field, and the heads that judge its vectors: a tool for those who work on the classifier.

Needs PyTorch, which nothing else here does: `python -m pip install --no-deps torch==2.13.0 sympy mpmath networkx
filelock fsspec` into an environment of your own, beside what `make setup` installs (its `site-packages` in
`PYTHONPATH`), then `python -m classifiers.adapting.run`. A round over the corpus takes some forty minutes on one core.
What is shipped is the mean of two (`classifiers.adapting.mean`) that went on from earlier adapters (`--start`) for some
53 rounds in all; in the last one, with seeds 231 and 232, words beside the matter stood in two of five messages. It had
not learned out: each round more, and more authors, still found more in messages by others. To go on: two runs with
`--start classifiers/encoder/adapter.npz` and other seeds, their mean, `python -m classifiers.encoder.build`, then
`python -m classifiers.learning.ship`. What is shipped next must pass the gate of `intake models promote`, too.
"""
