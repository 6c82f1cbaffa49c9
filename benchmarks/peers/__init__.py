"""Steps of other libraries beside ours: the same model, minibatch and number of draws, by turns.

Peers are optional: ``pip install -r requirements/peers.txt``, in an environment that has ours.
"""
