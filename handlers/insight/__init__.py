"""Numbers about an app: visits, questions, the weekly digest."""
