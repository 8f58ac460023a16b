"""One figure a file: `draw(results)` gives a Drawing, or None where the results do not hold what it needs."""
