"""The demo: a small organisation in an empty database, and the simulated carrier that belongs to it.

Owns nothing but examples. Asks the use-cases of every folder, as an administrator would. Refuses to touch a database
that has people in it.
"""
