"""The officers' and administrators' screens of search: synonyms, best bets, failed questions."""
