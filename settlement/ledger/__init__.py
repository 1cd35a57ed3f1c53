"""Double entry: accounts, postings and entries. Law: a posting sums to zero and is never changed, only reversed."""
