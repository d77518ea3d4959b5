"""Field service: visits of technicians to places, and who goes where when.

Owns the planning of visits: what is legal, what it costs, who could still take one today (`planning/`). Asks nobody:
a plan is made of facts that are handed in. Refuses to hand out a plan that breaks a promise or a rule, and any plan
that the judge has not seen.
"""
