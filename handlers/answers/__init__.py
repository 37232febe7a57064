"""A visitor's question on its way to an answer. Each step is one call to one file:

accept (answers.py: the question is kept, and the place of its answer) -> run (runs.py, by lease) -> write (writer.py):
look up (knowledge.py, guard.py), ask (writer.py, attempt.py), check and show (guard.Screen, the only writer of what a
visitor sees; progress.py is what is shown so far) -> keep (runs.py). feed.py tells all of it to whoever follows.
"""
