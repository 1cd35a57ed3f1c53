"""Money sent for statements: bank files, results, returns. Law: a statement has at most one live payout."""
