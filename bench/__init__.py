"""What we claim to be fast, measured beside its peer in the same run.

`python -m bench NAME` runs one bench, `python -m bench all` runs every one and writes docs/benchmarks.md. A bench is a
file here with `async def run(bench: Bench) -> None`; the folder's listing is the registry.
"""
