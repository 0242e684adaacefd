"""Finding by meaning: texts and questions become vectors, and what is near a question is found though it shares no word.

`embedding` chooses the model (in the process, or a server), `vector_file` keeps one vector for each entry beside the index,
`upkeep` computes what is missing in the background, `nearness` compares a question with them all. Without a model, search
works by words alone.
"""
