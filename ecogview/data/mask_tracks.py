"""A quality mask in memory: tracks as runs, and what of the file must survive a save."""
