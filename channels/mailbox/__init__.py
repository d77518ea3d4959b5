"""Mail in its parts: settings, listener, IMAP, reading, composing, sending. `channels/email.py` puts them together.

Asks core only. Reading is pure and runs in a worker process, since a mail can be a bomb; keys stay in the main
process, so that what reads strangers' words can sign nothing. Refuses rules: who may append is the neck's decision.
"""
