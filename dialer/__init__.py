"""The outbound dialer.

Owns how fast a campaign dials (`pacing`: pure, state and clock in, number to dial out). Asks nobody. Refuses to dial a
call that could take the share of abandoned calls above its cap.
"""
