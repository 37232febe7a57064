"""An owner's account on the web: signing in and out, alerts, keys, linking, leaving."""
