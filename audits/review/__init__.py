"""Management reviews: the agenda, the sources of its figures, their collection, approval, and the
paper."""
