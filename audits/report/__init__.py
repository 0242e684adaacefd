"""The report of an audit, in the order of its creation: building, readiness, sending and signing,
rendering as a paper."""
