"""Measurements: each against a floor taken in the same run, for absolute figures drift and ratios hold."""
