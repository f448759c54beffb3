from .augmentation import Augmentation as Augmentation
from .loop import train as train
from .run import TrainingRun as TrainingRun

__all__ = ["Augmentation", "TrainingRun", "train"]
