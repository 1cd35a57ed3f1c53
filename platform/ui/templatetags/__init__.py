"""Tags and filters, builtin in every template."""
