"""Measures the product: weight, latency, bytes, CPU, memory, and what a crowd gets."""
