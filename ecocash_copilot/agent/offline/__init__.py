"""The offline model: needs no network service, and goes through the same tool loop as any model."""
