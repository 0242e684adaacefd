"""Read confirmations (`reading`), and periodic reviews of documents (`reviews`)."""
