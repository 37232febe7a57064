"""An app's knowledge by program: keys, and what REST and MCP do with them."""
