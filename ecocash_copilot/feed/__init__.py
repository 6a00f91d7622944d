"""What changes in MongoDB, on its way to whoever looks at it."""
