"""The year's programme: suggested, covered, sent through the chain of approvals, drawn
as a paper."""
