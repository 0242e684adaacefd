"""Pages of audits, on the site: auditors, auditees and heads do not enter Wagtail's admin."""
