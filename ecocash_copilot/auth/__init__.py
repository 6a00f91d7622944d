"""Who is calling: customers' tokens, key sets, and our own tokens for MCP."""
