"""The one room from which all is dialled: it holds a lease, claims contacts, asks the carrier, and keeps house.

Whoever takes the room over finds everything in the rows: what may have been asked is looked up before it is repeated.
"""
