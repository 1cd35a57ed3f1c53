"""The one-machine run: PostgreSQL and Valkey from wheels, and our own processes, started and stopped together."""
