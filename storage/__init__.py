"""Values in, values out: the only folder that speaks SQL."""
