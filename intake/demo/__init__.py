"""The demonstration: the whole product on embedded parts, with nothing to configure."""
