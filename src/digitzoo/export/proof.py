"""What an exported file answers to images, beside what its model does."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitzoo.errors import ExportError
from digitzoo.evaluation.heads import as_probabilities
from digitzoo.export.evidence import Evidence

_LITTLE = 0.001  # accuracy: what is lost beyond it is told
_CLOSE = {None: 1e-4, "float16": 1e-2}  # probabilities
_MOST_OTHER = 0.02  # of the labels, where whole numbers are computed with
_MICROSECONDS = 1e6


@dataclass(frozen=True)
class ExportedModel:
    """A file that a network was exported to, and what it was seen to answer.

    What follows `size` is None for a file that was not verified; accuracies are None for images
    without labels.

    Attributes:
        path: The file, or the folder of a SavedModel.
        format: Its format's name, such as `"LiteRT"`.
        quantize: How its weights are stored; None for 32-bit floats.
        size: Bytes.
        images: How many images it was asked of.
        largest_difference: Of a probability, to the model's.
        labels_differ: How many images it gives another label than the model does.
        accuracy: Its accuracy on them.
        accuracy_before: The model's.
        microseconds: CPU time for an image, on one thread.

    >>> print(ExportedModel(Path("a.onnx"), "ONNX", None, 2_371_004))
    a.onnx: ONNX, float32, 2,371,004 bytes. Not verified.
    """

    path: Path
    format: str
    quantize: str | None
    size: int
    images: int | None = None
    largest_difference: float | None = None
    labels_differ: int | None = None
    accuracy: float | None = None
    accuracy_before: float | None = None
    microseconds: float | None = None

    def __str__(self) -> str:
        size = f"{self.path}: {self.format}, {self.quantize or 'float32'}, {self.size:,} bytes"
        if self.images is None:
            return f"{size}. Not verified."
        near = f"{self.largest_difference:.1e}, other labels: {self.labels_differ:,}"
        lines = [size, f"Asked of {self.images:,} images: probabilities within {near}"]
        if self.accuracy is not None and self.accuracy_before is not None:
            lost = self.accuracy_before - self.accuracy
            remark = f" {100 * lost:.2f} points were lost." if lost > _LITTLE else ""
            lines.append(
                f"Accuracy {self.accuracy:.4f}, before {self.accuracy_before:.4f}.{remark}"
            )
        return "\n".join([*lines, f"{self.microseconds:.0f} microseconds an image on one thread"])


def prove(
    exported: ExportedModel, model: Any, proof: Evidence, answer: tuple[NDArray[Any], float]
) -> ExportedModel:
    """Hold what a file answered to what its model did, and say how near it comes.

    Raises:
        ExportError: If it is farther off than its format may be.
    """
    rows, seconds = answer
    before = proof.probabilities
    after = as_probabilities(model, np.asarray(rows, dtype=np.float32))
    largest = float(np.abs(after - before).max())
    labels = after.argmax(axis=1)
    labels_differ = int(np.count_nonzero(labels != before.argmax(axis=1)))
    close, others = _CLOSE.get(exported.quantize), max(1, round(_MOST_OTHER * len(before)))
    if (labels_differ > others) if close is None else (largest > close):
        limit = f"{others:,} labels" if close is None else f"{close:g}"
        raise ExportError(
            f"{exported.path.name} answers otherwise than the model, and was not kept: of "
            f"{len(before):,} images {labels_differ:,} labels differ, and probabilities by "
            f"{largest:.4f} at most. As {exported.quantize or 'float32'} it may differ by {limit}."
        )
    return replace(
        exported,
        images=len(before),
        largest_difference=largest,
        labels_differ=labels_differ,
        accuracy=None if proof.labels is None else float(np.mean(labels == proof.labels)),
        accuracy_before=proof.accuracy,
        microseconds=seconds * _MICROSECONDS,
    )
