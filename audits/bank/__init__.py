"""The question bank: initial data, permissions, import from and export to spreadsheets."""
