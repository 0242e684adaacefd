"""The report of an audit, in the order of its making: built from the answers, ready or not, sent and signed, drawn as a paper."""
