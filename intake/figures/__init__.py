"""The figures: counted in the store, small numbers taken out, as tables for the desk, for files and for programs."""
