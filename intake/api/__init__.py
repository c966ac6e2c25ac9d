"""The interface for programs: JSON over HTTP, by tokens with scopes, for what officers do on the desk."""
