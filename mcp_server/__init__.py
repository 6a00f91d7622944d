"""The wallet over MCP: balances, transactions, tickets and help for the verified caller."""
