"""The pages of a running service, as text."""
