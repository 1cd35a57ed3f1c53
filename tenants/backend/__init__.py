"""The database backend that fails closed."""
