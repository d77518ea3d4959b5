"""Where technicians and customers are: what phones send, what follows from it, and who is near.

Owns technicians (agents with a shift, a home and a territory), their devices, positions, days, fences and travel times.
Asks agents for skills, sla for hours, customers for places. Refuses positions outside of the shift, and to lose one
that it acknowledged.
"""
