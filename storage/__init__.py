"""PostgreSQL and nobody else.

Owns the pool, transactions with their events, named queries, migrations, the event log, group commits, jobs, leases,
files and the embedded server. Asks core for settings and errors. Refuses any rule of the business.
"""
