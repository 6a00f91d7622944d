"""What every part stands on: settings, errors, ids, the clock, logs and metrics."""
