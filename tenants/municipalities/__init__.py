"""The registry of municipalities: schema, domains, opening and closing."""
