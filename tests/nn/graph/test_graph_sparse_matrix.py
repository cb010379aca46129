import warnings

import torch

from forecastkit.nn.graph.sparse_matrix import SparseMatrix


def test_the_product_is_that_of_the_dense_matrix():
    generator = torch.Generator().manual_seed(0)
    dense = torch.randn(7, 5, generator=generator) * (torch.rand(7, 5, generator=generator) < 0.4)
    x = torch.randn(5, 3, generator=generator)
    matrix = SparseMatrix(dense)
    assert matrix.shape == (7, 5)
    torch.testing.assert_close(matrix(x), dense @ x)


def test_columns_need_not_be_contiguous():
    dense, x = torch.eye(4)[:, [1, 0, 3, 2]], torch.arange(12.0).reshape(3, 4)
    torch.testing.assert_close(SparseMatrix(dense)(x.T), dense @ x.T)


def test_no_message_is_stored():
    matrix = SparseMatrix(torch.ones(50, 50))
    sizes = []
    with torch.autograd.graph.saved_tensors_hooks(lambda kept: sizes.append(kept.numel()) or kept, lambda kept: kept):
        x = torch.ones(50, 64, requires_grad=True)
        matrix(x).sum().backward()
    assert x.grad is not None
    assert sum(sizes) <= 2 * 50 * 50  # 50 × 50 messages of 64 numbers would be 160,000


def test_its_warnings_are_kept_from_the_caller():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        SparseMatrix(torch.eye(3))(torch.ones(3, 1))
