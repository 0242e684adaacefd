"""Search by meaning: texts and questions become vectors, and entries near a question are found even
if they share no word.

`embedding` chooses the model (in the process, or a server), `vector_file` stores one vector per
entry next to the index, `upkeep` computes missing ones in the background, `nearness` compares a
question with them all. Without a model, search works by words alone.
"""
