"""FAQ entries and reference documents: kept, looked through for personal information, exported."""
