"""The plan of an audit in the approval chain: its facts are sealed with the declaration of
independence, and signed."""
