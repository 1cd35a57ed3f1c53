"""Money sent for statements: bank file, results, returns."""
