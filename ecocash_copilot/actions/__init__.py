"""Verbs. ``access_*`` loads a thing if the caller may touch it; every write goes through one."""
