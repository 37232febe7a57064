"""A file per collection: its values, their rules, its repository. The only package that speaks to MongoDB."""

import os

# motor runs each operation on a thread and reads this once, when it is first imported; its default of
# five threads a core is used up by a few waiting change streams.
os.environ.setdefault("MOTOR_MAX_WORKERS", "64")
