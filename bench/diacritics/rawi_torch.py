"""The rawi networks in PyTorch: read from their ONNX files, and written back into them.

Both are an embedding, two bidirectional LSTM layers and one or two linear heads, stored with 8-bit
weights for onnxruntime's ``DynamicQuantizeLSTM`` and ``MatMulInteger``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn

_EMBEDDING, _HIDDEN, _LAYERS = 128, 256, 2
# log of a probability that stands for none.
_NEVER = -30.0
Array = np.ndarray[Any, Any]


class RawiNetwork(nn.Module):
    """rawi v2 (one head) or v3 (a head for whether there is a mark, one for which)."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        graph = onnx.load(path)
        arrays = _arrays(graph)
        self.gated = "value_head.bias" in arrays
        table = _floats(arrays, "embedding.weight")
        self.embedding = nn.Embedding.from_pretrained(torch.tensor(table), freeze=False)
        self.lstm = nn.LSTM(
            _EMBEDDING, _HIDDEN, num_layers=_LAYERS, bidirectional=True, batch_first=True
        )
        for layer, names in enumerate(_lstm_inputs(graph)):
            self._read_layer(layer, [_floats(arrays, name) for name in names[:2]], arrays[names[2]])
        self.heads = nn.ModuleDict()
        for name, weights, bias in _heads(graph):
            values = _floats(arrays, weights)
            head = nn.Linear(*values.shape)
            _copy(head.weight, values.T)
            _copy(head.bias, arrays[bias])
            self.heads[name] = head

    def forward(self, ids: torch.Tensor, dropout: float = 0.0) -> torch.Tensor:
        """Return the log probabilities [lines, letters, classes of rawi]."""
        hidden, _ = self.lstm(self.embedding(ids))
        hidden = nn.functional.dropout(hidden, dropout, self.training)
        values = self.heads["value"](hidden)
        if not self.gated:
            return torch.log_softmax(values, -1)
        presence = self.heads["presence"](hidden)
        values = torch.cat([torch.full_like(values[..., :1], _NEVER), values[..., 1:]], -1)
        marked = torch.log_softmax(values, -1)[..., 1:] + nn.functional.logsigmoid(presence)
        return torch.cat([nn.functional.logsigmoid(-presence), marked], -1)

    def write(self, source: Path, target: Path) -> None:
        """Write the weights, in 8 bits, into a copy of the graph that they were read from."""
        graph = onnx.load(source)
        new: dict[str, Array] = {}
        _quantize_embedding(new, self.embedding.weight.detach().numpy())
        for layer, (inputs, recurrent, bias) in enumerate(_lstm_inputs(graph)):
            parts = [self._layer(layer, direction) for direction in range(2)]
            _quantize(new, inputs, np.stack([part[0] for part in parts]))
            _quantize(new, recurrent, np.stack([part[1] for part in parts]))
            new[bias] = np.stack([part[2] for part in parts])
        for name, weights, bias in _heads(graph):
            _quantize(new, weights, self.heads[name].weight.detach().numpy().T)
            new[bias] = self.heads[name].bias.detach().numpy()
        for tensor in graph.graph.initializer:
            if tensor.name in new:
                old = numpy_helper.to_array(tensor)
                value = np.asarray(new[tensor.name]).astype(old.dtype).reshape(old.shape)
                tensor.CopyFrom(numpy_helper.from_array(value, tensor.name))
        onnx.save(graph, target)

    def _read_layer(self, layer: int, weights: list[Array], biases: Array) -> None:
        for direction in range(2):
            suffix = _suffix(layer, direction)
            bias = biases[direction]
            _copy(getattr(self.lstm, f"weight_ih{suffix}"), _torch_gates(weights[0][direction]).T)
            _copy(getattr(self.lstm, f"weight_hh{suffix}"), _torch_gates(weights[1][direction]).T)
            _copy(getattr(self.lstm, f"bias_ih{suffix}"), _torch_gates(bias[: 4 * _HIDDEN]))
            _copy(getattr(self.lstm, f"bias_hh{suffix}"), _torch_gates(bias[4 * _HIDDEN :]))

    def _layer(self, layer: int, direction: int) -> tuple[Array, Array, Array]:
        """Input weights, recurrent weights and biases in the layout of ONNX."""
        suffix = _suffix(layer, direction)

        def part(name: str) -> Array:
            values: Array = getattr(self.lstm, name + suffix).detach().numpy()
            return _onnx_gates(values.T)

        biases = np.concatenate([part("bias_ih"), part("bias_hh")])
        return part("weight_ih"), part("weight_hh"), biases


def _suffix(layer: int, direction: int) -> str:
    return f"_l{layer}" + ("_reverse" if direction else "")


def _copy(parameter: torch.Tensor, values: Array) -> None:
    with torch.no_grad():
        parameter.copy_(torch.tensor(np.ascontiguousarray(values)))


def _torch_gates(weights: Array) -> Array:
    """ONNX orders the gates input, output, forget, cell; PyTorch input, forget, cell, output."""
    inputs, output, forget, cell = np.split(weights, 4, axis=-1)
    return np.concatenate([inputs, forget, cell, output], axis=-1)


def _onnx_gates(weights: Array) -> Array:
    inputs, forget, cell, output = np.split(weights, 4, axis=-1)
    return np.concatenate([inputs, output, forget, cell], axis=-1)


def _arrays(graph: Any) -> dict[str, Array]:
    return {one.name: numpy_helper.to_array(one) for one in graph.graph.initializer}


def _lstm_inputs(graph: Any) -> list[tuple[str, str, str]]:
    """Names of the input weights, recurrent weights and biases of each layer."""
    nodes = [node for node in graph.graph.node if node.op_type == "DynamicQuantizeLSTM"]
    return [(_base(node.input[1]), _base(node.input[2]), node.input[3]) for node in nodes]


def _heads(graph: Any) -> list[tuple[str, str, str]]:
    """Name, weights and bias of each head."""
    out = []
    arrays = _arrays(graph)
    for node in graph.graph.node:
        if node.op_type == "MatMulInteger":
            presence = arrays[node.input[1]].shape[1] == 1
            name = "presence" if presence else "value"
            bias = f"{name}_head.bias" if f"{name}_head.bias" in arrays else "fc.bias"
            out.append((name, _base(node.input[1]), bias))
    return out


def _base(name: str) -> str:
    return name.removesuffix("_quantized")


def _floats(arrays: dict[str, Array], name: str) -> Array:
    values = arrays[f"{name}_quantized"].astype(np.float32)
    zero = arrays[f"{name}_zero_point"].astype(np.float32)
    scale = arrays[f"{name}_scale"]
    if zero.ndim:
        zero, scale = zero[:, None, None], scale[:, None, None]
    out: Array = (values - zero) * scale
    return out


def _quantize(new: dict[str, Array], name: str, values: Array) -> None:
    """Set the weights of one matrix, or of one for each direction, with their scales."""
    axes = (1, 2) if values.ndim == 3 else (0, 1)
    scale = np.abs(values).max(axis=axes) / 127
    spread = scale[:, None, None] if values.ndim == 3 else scale
    new[f"{name}_quantized"] = np.round(values / spread)
    new[f"{name}_scale"] = scale
    new[f"{name}_zero_point"] = np.zeros_like(scale)


def _quantize_embedding(new: dict[str, Array], values: Array) -> None:
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    scale = (high - low) / 255
    zero = round(-low / scale)
    new["embedding.weight_quantized"] = np.clip(np.round(values / scale) + zero, 0, 255)
    new["embedding.weight_scale"] = np.array(scale)
    new["embedding.weight_zero_point"] = np.array(zero)
