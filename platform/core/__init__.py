"""Money, time, state, refusals, ids, documents and notices: what every app stands on. Knows no business noun."""
