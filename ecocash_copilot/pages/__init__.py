"""Pages: states bound to components."""
