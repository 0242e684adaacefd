"""Management reviews: the agenda, where its figures come from, how they are collected, what is signed and drawn as a paper."""
