"""How good a model is, and where it is wrong. Models come as objects; NumPy does the rest."""

from digitzoo.evaluation.arrangement import arrange_images, pixels_of
from digitzoo.evaluation.calibration import Calibration, calibration
from digitzoo.evaluation.classifier import Classifier
from digitzoo.evaluation.heads import (
    head_activation,
    image_shape_of,
    input_shape_of,
    num_classes_of,
)
from digitzoo.evaluation.intervals import accuracy_interval, mean_interval
from digitzoo.evaluation.pixels import pixel_scale, scale_for
from digitzoo.evaluation.prediction import Prediction, predict
from digitzoo.evaluation.scoring import ClassScore, Evaluation, evaluate

__all__ = [
    "Calibration",
    "ClassScore",
    "Classifier",
    "Evaluation",
    "Prediction",
    "accuracy_interval",
    "arrange_images",
    "calibration",
    "evaluate",
    "head_activation",
    "image_shape_of",
    "input_shape_of",
    "mean_interval",
    "num_classes_of",
    "pixel_scale",
    "pixels_of",
    "predict",
    "scale_for",
]
