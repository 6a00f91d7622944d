"""The support board: values and handlers in, markup out."""
