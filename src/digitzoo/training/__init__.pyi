from .augmentation import Augmentation as Augmentation
from .learning_rate import Constant as Constant
from .learning_rate import Cosine as Cosine
from .learning_rate import OneCycle as OneCycle
from .learning_rate import Plateau as Plateau
from .learning_rate_finder import LearningRateCurve as LearningRateCurve
from .learning_rate_finder import find_learning_rate as find_learning_rate
from .loop import train as train
from .run import TrainingRun as TrainingRun

__all__ = [
    "Augmentation",
    "Constant",
    "Cosine",
    "LearningRateCurve",
    "OneCycle",
    "Plateau",
    "TrainingRun",
    "find_learning_rate",
    "train",
]
