"""MongoDB: the client, the embedded server, and one module for each collection."""
