"""The door for programs: JSON under /api/v1, and MCP at /mcp."""
