"""Words of the templates of audits."""
