"""The operators' portal: directory of malls and console."""
