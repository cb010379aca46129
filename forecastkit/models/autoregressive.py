"""The autoregressive network: the law of the next block of values given the last ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from ..errors import InvalidParameterError
from ..nn.backbones import MLP, make_activation, make_backbone
from ..nn.heads import make_head
from .covariates import BlockDecoder, CovariateEncoder
from .rollout_state import RolloutState
from .series_spread import widened
from .window_scale import WindowScale, window_scale

if TYPE_CHECKING:
    from ..nn.heads import Emission
    from ..windows import Window
    from .specification import NetworkSpecification

_LONGEST_REACH = 24  # rows of known covariates that a step sees, its own among them


class AutoregressiveNetwork(nn.Module):
    """Neural autoregression p(x_{t+1..t+s} | x_{≤t}, c_{≤t+s}), block after block.

    x_{t+i} ~ head(z_i; B_i x_{t-p+1..t} + g_i(x_{t-p+1..t}, c_{1..t+i})): the last p values (``order``) and their
    covariates go through the ``backbone``, its features h through a decoder with the covariates known for each step
    i = 1..s (``block_size``), and the ``head`` gives the law, its location shifted by the linear map B
    (``linear_skip``). In a block the steps' laws depend on each other as `dependence` says.

    Parameters
    ----------
    specification : NetworkSpecification
        Sizes and parts.

    Attributes
    ----------
    dependence : Tensor, shape (s, s)
        Lower Cholesky factor of the correlation of a block's steps on the normal scale (a Gaussian copula); the
        identity until `fit_dependence`.

    Notes
    -----
    Values are those of a `Window`. Without covariates the head reads h itself. One block costs one step of the
    backbone: O(s), whatever has passed, but for attention.

    References
    ----------
    .. [1] H. Larochelle and I. Murray (2011), The neural autoregressive distribution estimator, equation 1.

    Examples
    --------
    >>> from forecastkit.models import NetworkSpecification
    >>> from forecastkit.windows import Window
    >>> network = AutoregressiveNetwork(NetworkSpecification(order=4, hidden_size=8))
    >>> network.emissions(Window(torch.zeros(3, 6))).mean.shape
    torch.Size([3, 2, 1])
    """

    dependence: Tensor

    def __init__(self, specification: NetworkSpecification) -> None:
        super().__init__()
        spec = self.specification = specification
        self.known_encoder = CovariateEncoder(spec.known) if spec.known.n_columns else None
        self.past_encoder = CovariateEncoder(spec.past) if spec.past.n_columns else None
        self.static_encoder = CovariateEncoder(spec.static) if spec.static.n_columns else None
        n_known, n_past, n_static = (
            0 if encoder is None else encoder.width
            for encoder in (self.known_encoder, self.past_encoder, self.static_encoder)
        )
        self.backbone = make_backbone(
            spec.backbone,
            n_channels=1 + spec.mask_input + n_known + n_past + n_static,
            order=spec.order,
            hidden_size=spec.hidden_size,
            n_layers=spec.n_layers,
            dropout=spec.dropout,
            activation=spec.activation,
            n_long=1 + spec.mask_input,
            n_constant=n_static,
        )
        width, self.reach = self.backbone.n_features, min(spec.block_size, _LONGEST_REACH)
        self.decoder = None
        if n_known:
            activation = make_activation(spec.activation)
            self.decoder = BlockDecoder(width, spec.block_size, n_known, self.reach, activation, spec.dropout)
            width = self.decoder.width
        self.head = make_head(spec.head, width, spec.block_size, spec.n_components)
        self.skip = nn.Linear(spec.order, spec.block_size) if spec.linear_skip else None
        self.register_buffer("dependence", torch.eye(spec.block_size))

    def emissions(self, window: Window) -> Emission:
        """Laws of all blocks of a window whose past is true: teacher forcing.

        Parameters
        ----------
        window : Window
            Of order + n s values. Fewer make the last block a partial one: the law of its last steps means nothing.

        Returns
        -------
        Emission, batch shape (batch, n, s)
            In the unit of the window's values.
        """
        order, s = self.specification.order, self.specification.block_size
        n_blocks = -(-(window.values.shape[1] - order) // s)
        end = order + (n_blocks - 1) * s
        inputs = self._inputs(window, 0, end)
        pasts = window.values[:, :end].unfold(1, order, s)
        if self.rescales and n_blocks > 1:  # every block's past has a scale of its own
            scale = self._scale(
                pasts, None if window.observed is None else window.observed[:, :end].unfold(1, order, s)
            )
            pasts = scale.seen(pasts)
            blocks = inputs.unfold(1, order, s).movedim(-1, 2).flatten(0, 1)
            blocks = torch.cat([pasts.flatten(0, 1)[..., None], blocks[..., 1:]], dim=-1)
            features = self.backbone(blocks).view(*pasts.shape[:2], -1)
        else:
            scale = self._scale(window.values[:, None, :order], _first(window.observed, order))
            pasts = scale.seen(pasts)
            values = scale.seen(window.values[:, None, :end]).movedim(1, 2)
            features = self.backbone(torch.cat([values, inputs[..., 1:]], dim=-1))[:, ::s]
        shift = 0.0 if self.skip is None else self.skip(pasts)
        if self.decoder is None:
            law = self.head(features, shift)
        else:
            known = self._encoded_known(window, order - self.reach + 1, order + n_blocks * s)
            law = self.head.steps(self.decoder(features, known), shift)
        if self.specification.window_scaling is not None:
            law = law.scaled(scale.center[..., None], scale.unit[..., None])
        return widened(law, window.spread)

    def start(self, window: Window, n_steps: int) -> RolloutState:
        """Read the last ``order`` values before an origin.

        Parameters
        ----------
        window : Window
            Its first ``order`` values are read, and known covariates of ``order + n_steps`` rows.
        n_steps : int
            Steps that will be asked for.

        Returns
        -------
        RolloutState
        """
        order, s = self.specification.order, self.specification.block_size
        lags = window.values[:, :order]
        scale = self._scale(lags, None if window.observed is None else window.observed[:, :order])
        inputs = self._inputs(window, 0, order)
        features, backbone = self.backbone.start(torch.cat([scale.seen(lags)[..., None], inputs[..., 1:]], dim=-1))
        known = self._encoded_known(window, order - self.reach + 1, order + -(-n_steps // s) * s)
        past = None if window.past is None else window.past[:, order - 1]
        static = self._encoded_static(window)
        return RolloutState(features, backbone, lags, scale, known, static, past, window.spread)

    def emit(self, state: RolloutState) -> Emission:
        """Law of the next block; batch shape (batch, s), in the unit of the window's values."""
        shift = 0.0 if self.skip is None else self.skip(state.scale.seen(state.lags))
        if self.decoder is None:
            law = self.head(state.features, shift)
        else:
            known = None if state.known is None else state.known[:, : self.reach - 1 + self.specification.block_size]
            law = self.head.steps(self.decoder(state.features[:, None], known)[:, 0], shift)
        if self.specification.window_scaling is not None:
            law = law.scaled(state.scale.center[:, None], state.scale.unit[:, None])
        return widened(law, state.spread)

    def next_block(self, window: Window) -> Emission:
        """Law of the block after the first ``order`` values; batch shape (batch, s), in the unit of the values."""
        return self.emit(self.start(window, self.specification.block_size))

    def advance(self, state: RolloutState, block: Tensor, past: Tensor | None = None) -> RolloutState:
        """Take a block of values in, as if they had been observed.

        Parameters
        ----------
        state : RolloutState
            Before the block.
        block : Tensor, shape (batch, s)
            Values, in the unit of the window's.
        past : Tensor, shape (batch, s, n_past), default=None
            Covariates that become known with the values; None carries the last known ones forward.

        Returns
        -------
        RolloutState
        """
        order, s = self.specification.order, self.specification.block_size
        channels = [state.scale.seen(block)[..., None]]
        if self.specification.mask_input:
            channels.append(torch.ones_like(channels[0]))
        if state.known is not None:
            channels.append(state.known[:, self.reach - 1 : self.reach - 1 + s])
        last = state.past
        if self.past_encoder is not None and last is not None:
            past = last[:, None].expand(-1, s, -1) if past is None else past
            channels.append(self.past_encoder(past))
            last = past[:, -1]
        if state.static is not None:
            channels.append(state.static[:, None].expand(-1, s, -1))
        inputs, scale = torch.cat(channels, dim=-1), state.scale
        lags = torch.cat([state.lags[:, s:], block[:, -order:]], dim=1)
        if self.rescales:
            inputs = torch.cat([state.backbone[0], inputs], dim=1)[:, -order:]
            scale = self._scale(lags, inputs[..., 1] > 0 if self.specification.mask_input else None)
            inputs = torch.cat([scale.seen(lags)[..., None], inputs[..., 1:]], dim=-1)
            features, backbone = self.backbone.start(inputs)
        else:
            features, backbone = self.backbone.step(inputs, state.backbone)
        known = None if state.known is None else state.known[:, s:]
        return replace(state, features=features, backbone=backbone, lags=lags, scale=scale, known=known, past=last)

    @property
    def rescales(self) -> bool:
        """Whether every block is scaled by its own past: where the backbone looks at the last p values alone."""
        return self.specification.window_scaling is not None and isinstance(self.backbone, MLP)

    def _scale(self, lags: Tensor, observed: Tensor | None) -> WindowScale:
        """Scale of windows (..., p)."""
        spec = self.specification
        return window_scale(lags, observed, spec.window_scaling, spec.window_shrinkage)

    def _inputs(self, window: Window, first: int, end: int) -> Tensor:
        """Channels that the backbone reads at the positions first..end-1, shape (batch, end - first, n_channels)."""
        part = slice(first, end)
        channels = [window.values[:, part, None]]
        if self.specification.mask_input:
            seen = torch.ones_like(channels[0])
            channels.append(seen if window.observed is None else window.observed[:, part, None].to(seen.dtype))
        if self.known_encoder is not None and window.known is not None:
            channels.append(self.known_encoder(window.known[:, part]))
        if self.past_encoder is not None and window.past is not None:
            channels.append(self.past_encoder(window.past[:, part]))
        static = self._encoded_static(window)
        if static is not None:
            channels.append(static[:, None].expand(-1, end - first, -1))
        return torch.cat(channels, dim=-1)

    def _encoded_known(self, window: Window, first: int, end: int) -> Tensor | None:
        """Encode the known covariates of the positions first..end-1, the outer rows repeated where there are none.

        No step of a block sees rows before the block, and none that is asked for sees rows after the last one.
        """
        if self.known_encoder is None or window.known is None:
            return None
        rows = window.known[:, max(first, 0) : end]
        if first < 0:
            rows = torch.cat([rows[:, :1].expand(-1, -first, -1), rows], dim=1)
        lacking = end - first - rows.shape[1]
        if lacking > 0:
            rows = torch.cat([rows, rows[:, -1:].expand(-1, lacking, -1)], dim=1)
        return self.known_encoder(rows)

    def _encoded_static(self, window: Window) -> Tensor | None:
        """Encode the static covariates."""
        if self.static_encoder is None:
            return None
        if window.static is None:
            raise InvalidParameterError("the network reads static covariates, and the window has none")
        return self.static_encoder(window.static)


def _first(observed: Tensor | None, n: int) -> Tensor | None:
    """Mask of the first n positions, with an axis for the one block they are the past of."""
    return None if observed is None else observed[:, None, :n]
