"""Documents in the chain of approvals: what is sealed, what may be sent, how it is shown, how it is issued."""
