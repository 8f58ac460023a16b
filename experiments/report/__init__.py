"""Reports: they read result files only."""
