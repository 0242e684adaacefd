"""Documents in the approval chain: what is sealed, what may be sent, how it is shown, how it is
issued."""
