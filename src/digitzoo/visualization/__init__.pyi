from .diagram import ModelDiagram as ModelDiagram
from .diagram import plot_model as plot_model

__all__ = ["ModelDiagram", "plot_model"]
