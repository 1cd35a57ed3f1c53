"""Double entry: accounts, postings, entries. Nothing here is ever updated or deleted."""
