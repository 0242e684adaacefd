"""The officers' and administrators' screens of search: other words, best bets, what was asked in vain."""
