"""What every folder stands on and that knows no word of the business.

Owns settings, errors, events, HTTP and socket plumbing, tasks, clock, text, logs and metrics. Asks nobody. Refuses any
name that a contact centre would use.
"""
