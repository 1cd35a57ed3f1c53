"""Hours run to 24, as everywhere else in the house; Django's own order, "9:00 오전", is not Korean."""

DATETIME_FORMAT = "Y년 n월 j일 H:i"
TIME_FORMAT = "H:i"
