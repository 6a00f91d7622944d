"""Demo customers with a believable history, the same on every machine."""
