__all__: list[str]  # noqa: PYI035 - lazy_loader reads it off the imports

from .attribution import plot_attribution as plot_attribution
from .calibration import plot_calibration as plot_calibration
from .class_accuracy import plot_class_accuracy as plot_class_accuracy
from .confused_pairs import plot_confused_pairs as plot_confused_pairs
from .confusion_matrix import plot_confusion_matrix as plot_confusion_matrix
from .convolution import ConvolutionAnimation as ConvolutionAnimation
from .convolution import animate_convolution as animate_convolution
from .embedding import plot_embedding as plot_embedding
from .feature_maps import plot_feature_maps as plot_feature_maps
from .history import plot_history as plot_history
from .kernels import plot_kernels as plot_kernels
from .layers import layers_to_svg as layers_to_svg
from .layers import plot_layers as plot_layers
from .misclassified import plot_misclassified as plot_misclassified
from .model import ModelDiagram as ModelDiagram
from .model import plot_model as plot_model
from .pixels import format_pixels as format_pixels
from .pixels import plot_pixels as plot_pixels
from .predictions import plot_predictions as plot_predictions
from .receptive_field import plot_receptive_field as plot_receptive_field
from .report import make_report as make_report
from .samples import plot_samples as plot_samples
from .weight_histogram import plot_weight_histogram as plot_weight_histogram
