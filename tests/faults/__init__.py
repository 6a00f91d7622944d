"""Deaths of the server and of MongoDB at bad moments, again and again, counted."""
