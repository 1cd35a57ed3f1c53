"""Tourism vouchers: types, tokens, redemption at a partner."""
