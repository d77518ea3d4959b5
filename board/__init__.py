"""What supervisors see: what happened in each queue, the figures of now and today, alarms, the live board.

Owns the facts of each stay in a queue and of each agent's states, the definition of every figure (docs/metrics.md),
rules of alarms and what they raised, and the live board. Asks routing and agents for nothing but what they told the
event log and wrote down, and the bell to tell those who supervise. Refuses to change what it counts: the facts follow
the log, once, by one owner, and a figure is nowhere computed but here.
"""
