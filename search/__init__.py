"""Finding things. Knows no procedures and no audits: apps bring their own sources.

An app registers what it puts into the index, once, when it is ready::

    from search import registry
    registry.register("document", load=load_documents, ids=ids_of_documents)

``load(ids)`` gives the entries (``search.entries.Entry``) of those objects, each with
``origin="document:<id>"``; an object without entries leaves the index. ``ids()`` gives the
numbers of all documents, lazily. Inside the transaction that changes content, ``search.queue.pending.mark("document", id)``
says what is out of date; ``search.queue.pending.flush()`` waits until the index is current. ``registry.name("document", names)`` says
how an administrator is told of objects that could not be indexed.

It may name what the search page shows of them: a group of results (a tab), a filter, the values of one::

    registry.group("audit", gettext_lazy("Cuộc đánh giá"), order=25)
    registry.facet("severity", gettext_lazy("Mức độ"))
    registry.label("severity", lambda values: {...})

Pages ask ``search.api.find`` and ``search.api.suggest``.
"""
