"""What a day costs: the engine by phase, and beside a plain Mesa object model of the same rules."""
