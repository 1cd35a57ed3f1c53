"""Reads the lists that offices really keep (xlsx, csv, tsv) into clean rows. Pure: no database, no clock, no files.

`lists.read_list(data, filename)` is the door. Nothing is guessed that could send money to the wrong account.
"""
