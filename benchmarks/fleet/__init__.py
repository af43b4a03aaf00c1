"""A fleet of tablets over simulated days: real stores, real sync engines, the real reference backend over loopback.

What is simulated is time, the road and the people; what runs is the product. `python -m benchmarks.fleet --help`.
"""
