"""Schemas shared by every part of the product. They import nothing of ours."""
