from .loop import train as train
from .run import TrainingRun as TrainingRun

__all__ = ["TrainingRun", "train"]
