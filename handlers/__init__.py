"""What mimi does, the same at both doors. Knows neither LINE nor HTTP."""
