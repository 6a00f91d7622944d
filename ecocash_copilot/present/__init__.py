"""From what is kept to what is seen: pure functions that turn schemas into views."""
