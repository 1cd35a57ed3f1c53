"""The payment simulator: Stripe's wire format for exactly the calls this house makes, with faults on demand.

`provider.Provider` is the judging core; the HTTP server and the in-process gateway are two skins over it.
"""
