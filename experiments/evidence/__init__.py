"""The evidence: every fact the simulator must be true to, measured on the real engine and told on one page.

python -m experiments.evidence docs/evidence.md      (make evidence)
"""
