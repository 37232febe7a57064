"""Which mimi this is; the same as in pyproject.toml, which does not come along into an image."""

VERSION = "0.1.0"
