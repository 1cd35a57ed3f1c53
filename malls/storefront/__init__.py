"""The face of a mall: pages, products, search, the shell and the page cache."""
