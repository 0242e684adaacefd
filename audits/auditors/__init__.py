"""Auditors: the register of their competence, who else can audit a line of a plan, and lending them to another agency's audit."""
