"""One folder or file a protocol; each knows its protocol and `models`, nothing else."""
