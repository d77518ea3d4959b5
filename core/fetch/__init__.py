"""What is fetched from strangers: addresses are vetted, sizes capped, types sniffed.

Owns no protocol. Asks the resolver of this machine only. Refuses private addresses and everything over its limit.
"""
