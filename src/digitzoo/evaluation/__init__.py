"""How good a model is, and where it is wrong. Models come as objects; NumPy does the rest."""

from digitzoo.evaluation.calibration import Calibration, calibration
from digitzoo.evaluation.classifier import Classifier
from digitzoo.evaluation.compare import Comparison, compare
from digitzoo.evaluation.evaluate import ClassScore, Evaluation, evaluate
from digitzoo.evaluation.intervals import accuracy_interval, mean_interval
from digitzoo.evaluation.predict import Prediction, Reading, predict

__all__ = [
    "Calibration",
    "ClassScore",
    "Classifier",
    "Comparison",
    "Evaluation",
    "Prediction",
    "Reading",
    "accuracy_interval",
    "calibration",
    "compare",
    "evaluate",
    "mean_interval",
    "predict",
]
