"""Two patterns that take too long and one that does not, for test_patterns.py."""

import re

LINEAR = re.compile(r"(?<!\s)\s++ngày")
NESTED = re.compile(r"(?:[\s;,]+|\s+và)+$")
SPACES = re.compile(r"\s*(?:\(số\)\s*)?ngày")
