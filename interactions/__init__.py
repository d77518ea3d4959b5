"""The neck: every message of every channel goes through here, once, in both directions.

Owns interactions, messages, attachments, raw input, channel accounts and the outbox. Asks customers who it is and
routing who gets it. Refuses to speak any stranger's protocol: that is the channels'.
"""
