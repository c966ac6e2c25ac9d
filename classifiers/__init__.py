"""Text in, verdict out. One question a module, each a spaCy component."""
