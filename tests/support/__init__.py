"""What tests stand on: a scripted model, the product as a process, a browser."""
