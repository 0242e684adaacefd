"""What an agency left open when it was closed, settled by a system administrator: corrections are
handed to its successor or ended with a reason, audits are ended with a reason."""
