"""Small graphs that the tests of this folder share."""

import numpy as np

# a → b → c → d, with another way from a to c; e → d; f stands alone
CHAIN = np.zeros((6, 6))
CHAIN[0, 1], CHAIN[1, 2], CHAIN[2, 3], CHAIN[0, 2], CHAIN[4, 3] = 1.0, 2.0, 0.5, 3.0, 4.0


def random_graph(n_nodes, n_neighbours, seed=0):
    """Directed weighted graph with so many edges to every node but the last, which has none."""
    generator = np.random.default_rng(seed)
    adjacency = np.zeros((n_nodes, n_nodes))
    for v in range(n_nodes - 1):
        others = np.delete(np.arange(n_nodes - 1), v)
        adjacency[generator.choice(others, n_neighbours, replace=False), v] = generator.uniform(0.1, 2, n_neighbours)
    return adjacency


def walk(adjacency, reverse=False):
    """Transition matrix, a node at a time."""
    received = adjacency if reverse else adjacency.T
    result = np.zeros_like(received)
    for v, row in enumerate(received):
        if row.sum() > 0:
            result[v] = row / row.sum()
    return result
