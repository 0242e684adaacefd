"""Full-text search, independent of procedures and audits: apps register their own sources.

An app registers what it indexes once, when it is ready::

    from search import registry
    registry.register("document", load=load_documents, ids=ids_of_documents)

``load(ids)`` gives the entries (``search.entries.Entry``) of those objects, each with
``origin="document:<id>"``; an object without entries is removed from the index. ``ids()`` gives the
IDs of all documents, lazily. Inside the transaction that changes content,
``search.queue.pending.mark("document", id)`` queues it for indexing;
``search.queue.pending.flush()`` waits until the index is current. ``registry.register_names("document",
names)`` names objects that could not be indexed, for administrators.

It may add to the search page: a group of results (a tab), a filter, names of a filter's values::

    registry.register_group("audit", gettext_lazy("Cuộc đánh giá"), order=25)
    registry.register_facet("severity", gettext_lazy("Mức độ"))
    registry.register_labels("severity", lambda values: {...})

Pages call ``search.api.find`` and ``search.api.suggest``.
"""
