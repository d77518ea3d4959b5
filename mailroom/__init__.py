"""The mailroom: sorts what comes in before it waits for anybody, and says that it came.

Owns the rules of an account (to which queue, how urgent, parked, which ticket), the acknowledgement and its brakes,
the words by which a text asks how requests stand. Asks the neck for accounts and conversations, the desk for tickets,
complaints for their stages, routing for queues and their hours, the organisation for its zone. Refuses to answer what
no person wrote, whom it answered within a day, and to send anybody words of a stranger.
"""
