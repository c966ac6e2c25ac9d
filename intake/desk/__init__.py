"""The officers' desk: server-rendered pages that work without JavaScript."""
