"""A town lives through months: the same actions that people use, driven by seeded chance, ending with `verify`.

Only demo and test machines simulate; real residents are never made up.
"""
