"""Scenario files: YAML only. A file holds only what differs from the defaults of `sim/scenario.py`."""
