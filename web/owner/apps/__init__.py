"""An owner's apps on the web: the overview, settings, news and figures."""
