"""Writers of other programs' formats: one module each, listed in `registry`."""
