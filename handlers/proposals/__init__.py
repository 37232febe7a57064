"""Changes to an app that are proposed, shown as before and after, and made by its owner alone."""
