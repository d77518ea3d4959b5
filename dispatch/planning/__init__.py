"""The planner of visits: facts in, a plan out that the judge found legal.

`model` is what is planned, `judge` alone says what is legal and what it costs, `insertion` answers in a request,
`planner` makes whole days, `worker` does that in a process of its own. No file here reads a clock of the business, a
database or the network.
"""
