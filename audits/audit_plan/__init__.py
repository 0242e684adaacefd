"""The plan of an audit in the chain of approvals: its facts are sealed with the declaration of independence, and signed."""
