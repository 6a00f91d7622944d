"""The browser build: a Reflex plugin that keeps the first load small, and its HTTP caching."""
