"""The pure routing engine: events in, decisions out.

Owns, in memory, what waits and who is ready, and picks pairs. It asks nobody: the service feeds it from the database,
commits its decisions and undoes those that were not committed. It refuses to read a clock, to draw chance and to wait.

The law that it keeps, and that its tests compare with a naive scan: as long as any waiting work has a ready agent that
its requirements admit, take the one with the smallest key, and give it to the agent that its queue's order prefers.

    heads      many ordered rows of keys and the array of their smallest; both sides stand on it
    profiles   agents alike share a profile; bitsets answer which profiles some requirements admit
    lanes      waiting work by channel, queue and requirements; ready agents by channel and profile
    agents     one agent's room, counted up and down
    waiting    where a work stands: its step, its lane, its exclusions
    floor      who is on the floor, and ready for what
    choice     which work for an agent, which agent for a work
    scores     what sorts agents where a queue has an order of its own
    leases     agents whom the dialer has for a while
    engine     the events, the timers, the decisions
    explain    why each agent has not got a work, on demand
"""

from routing.engine.engine import Engine

__all__ = ["Engine"]
