"""Middleware of the server, one job each."""
