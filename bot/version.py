"""Which mimi this is: the one place that says it (pyproject.toml reads it here)."""

VERSION = "0.2.0"
