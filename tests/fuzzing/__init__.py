"""Foreign bytes against everything that reads them. By hand: `python -m tests.fuzzing --minutes 60`."""
