"""Covariates inside a network: categories as embeddings, and what a block of steps may know of them."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .specification import CovariateShape

_WIDEST_EMBEDDING = 16
_EMBEDDING_SPREAD = 0.5  # a category of several numbers should not outweigh a standardised one
_NARROWEST = 16


class CovariateEncoder(nn.Module):
    """Numbers as they are, categories as learned vectors.

    Parameters
    ----------
    shape : CovariateShape
        The columns.

    Attributes
    ----------
    width : int
        Length of the encoded vector: one for a number, min(16, (n + 1) // 2) for a category of n values.

    Examples
    --------
    >>> encoder = CovariateEncoder(CovariateShape(n_numeric=2, cardinalities=(7,)))
    >>> encoder(torch.tensor([[0.5, -1.0, 6.0]])).shape
    torch.Size([1, 6])
    """

    def __init__(self, shape: CovariateShape) -> None:
        super().__init__()
        self.n_numeric = shape.n_numeric
        widths = [min(_WIDEST_EMBEDDING, (n + 1) // 2) for n in shape.cardinalities]
        self.embeddings = nn.ModuleList(nn.Embedding(n, w) for n, w in zip(shape.cardinalities, widths, strict=True))
        for embedding in self.embeddings:
            nn.init.normal_(embedding.weight, std=_EMBEDDING_SPREAD)  # pyright: ignore[reportArgumentType]
        self.width = shape.n_numeric + sum(widths)

    def forward(self, covariates: Tensor) -> Tensor:
        """Encode covariates.

        Parameters
        ----------
        covariates : Tensor, shape (..., n_columns)
            Numbers, then codes.

        Returns
        -------
        Tensor, shape (..., width)
        """
        parts = [covariates[..., : self.n_numeric]]
        codes = covariates[..., self.n_numeric :].long()
        parts += [embedding(codes[..., k]) for k, embedding in enumerate(self.embeddings)]
        return torch.cat(parts, dim=-1)


class BlockDecoder(nn.Module):
    """Features of each step of a block, from those of the past and the covariates known by then.

    z_i = a(W a(U_i h + Σ_{0≤k<min(i,m)} V_ik c_{t+i-k} + b_i) + w), for the steps i = 1..s of a block that begins after
    t: h are the backbone's features, c the encoded known covariates, a the activation, z what is returned. Step i sees
    the last m rows of c that are in the block, up to t + i; of those before it the features tell.

    Parameters
    ----------
    n_features : int
        Width d of h.
    n_steps : int
        Block size s.
    n_known : int
        Width of c, 1 or more.
    reach : int
        Rows m of c that each step sees.
    activation : nn.Module
        a.
    dropout : float, default=0.0
        Share of hidden units dropped in training.

    Attributes
    ----------
    width : int
        Of z: d for single steps, else max(16, d // 4), as every step has weights of its own.

    Notes
    -----
    s (d + m n_known) width weights.
    """

    in_block: Tensor

    def __init__(
        self,
        n_features: int,
        n_steps: int,
        n_known: int,
        reach: int,
        activation: nn.Module,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.n_steps, self.reach = n_steps, reach
        self.width = n_features if n_steps == 1 else max(_NARROWEST, n_features // 4)
        self.from_past = nn.Linear(n_features, n_steps * self.width)
        shape, spread = (n_steps, reach * n_known, self.width), (reach * n_known) ** -0.5
        self.from_known = nn.Parameter(spread * torch.randn(shape))
        in_block = torch.arange(reach) >= reach - 1 - torch.arange(n_steps)[:, None]
        self.register_buffer("in_block", in_block.to(torch.float32), persistent=False)
        self.mix = nn.Linear(self.width, self.width)
        self.activation, self.dropout = activation, nn.Dropout(dropout)

    def forward(self, features: Tensor, known: Tensor) -> Tensor:
        """Decode blocks.

        Parameters
        ----------
        features : Tensor, shape (batch, n_blocks, d)
            Of the past of each block.
        known : Tensor, shape (batch, reach - 1 + n_blocks * n_steps, n_known)
            Encoded covariates of the blocks' steps and of the ``reach - 1`` steps before them.

        Returns
        -------
        Tensor, shape (batch, n_blocks, n_steps, width)
        """
        batch, n_blocks, _ = features.shape
        hidden = self.from_past(features).view(batch, n_blocks, self.n_steps, self.width)
        seen = known.unfold(1, self.reach, 1).view(batch, n_blocks, self.n_steps, -1, self.reach)
        seen = (seen * self.in_block[:, None]).flatten(3)
        hidden = hidden + torch.einsum("bnsk,skw->bnsw", seen, self.from_known)
        return self.activation(self.mix(self.dropout(self.activation(hidden))))
