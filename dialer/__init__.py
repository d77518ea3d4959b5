"""Calls and texts that we begin: lists of contacts, campaigns, and the room from which they are dialled.

Owns lists, campaigns, attempts, the rules of law as data, and how fast is dialled (`pacing`, pure). Asks consents who
must not be called, routing for agents, interactions for conversations, channels for the carrier. Refuses to dial
outside a contact's hours, beyond a cap, or while another attempt at the same contact or number is under way.
"""
