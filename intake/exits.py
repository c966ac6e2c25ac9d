"""Exit codes that scripts can use; those above 60 are the ones of sysexits."""

OK = 0
FAILED = 1
"""It ran, and something asked about does not hold or could not be done."""
USAGE = 2
"""The command was called wrongly."""
UNAVAILABLE = 69
"""A server that we need is not reachable, or a port that we listen on cannot be had."""
TRY_AGAIN = 75
"""The store cannot be used just now; try again."""
MISCONFIGURED = 78
"""The settings or the reference data are wrong."""
