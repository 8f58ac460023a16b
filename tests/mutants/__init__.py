"""The suite is tested: seeded faults of the engine, which the tests must find, and rewritings without a fault, which they must not."""
