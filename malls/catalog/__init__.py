"""Products: price, tax type, statutory labelling, stock."""
