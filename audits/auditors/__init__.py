"""Auditors: the register of competence, alternatives for a line of a plan, and lending to another
agency's audit."""
