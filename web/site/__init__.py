"""What all pages share: requests, sessions, templates, errors, streams."""
