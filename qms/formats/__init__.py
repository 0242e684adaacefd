"""How dates are written and read: the day first, in either language. Django's own list would take 05/03 for the 3rd of May."""
