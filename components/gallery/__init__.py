"""The gallery's own components: the workbench around a story."""
