from .diagram import ModelDiagram as ModelDiagram
from .diagram import plot_model as plot_model
from .layer_boxes import layers_to_svg as layers_to_svg
from .layer_boxes import plot_layers as plot_layers

__all__ = ["ModelDiagram", "layers_to_svg", "plot_layers", "plot_model"]
