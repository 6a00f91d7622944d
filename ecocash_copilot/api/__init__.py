"""HTTP routes and what wraps every HTTP answer."""
