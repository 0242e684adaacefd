"""Date formats: the day first, in either language. Django's own English formats would read 05/03 as
3 May."""
