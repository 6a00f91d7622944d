"""Reflex states: thin, guarded, and without a truth of their own."""
