__all__: list[str]  # noqa: PYI035 - lazy_loader reads it off the imports

from .augmentation import Augmentation as Augmentation
from .find_learning_rate import LearningRateCurve as LearningRateCurve
from .find_learning_rate import find_learning_rate as find_learning_rate
from .schedules import Constant as Constant
from .schedules import Cosine as Cosine
from .schedules import OneCycle as OneCycle
from .schedules import Plateau as Plateau
from .train import train as train
from .training_run import TrainingRun as TrainingRun
