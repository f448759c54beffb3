from .architectures.deep_cnn import deep_cnn as deep_cnn
from .architectures.dense_baseline import dense_baseline as dense_baseline
from .architectures.fashion_cnn import fashion_cnn as fashion_cnn
from .architectures.regularized_cnn import regularized_cnn as regularized_cnn
from .architectures.simple_cnn import simple_cnn as simple_cnn
from .architectures.small_dense import small_dense as small_dense
from .architectures.two_layer_cnn import two_layer_cnn as two_layer_cnn
from .card import ModelCard as ModelCard
from .card import PublishedResult as PublishedResult
from .catalogue import build_model as build_model
from .catalogue import list_models as list_models
from .catalogue import model_card as model_card
from .measured import AccuracySummary as AccuracySummary
from .measured import MeasuredResult as MeasuredResult
from .measured import SeedResult as SeedResult
from .measured import WeightsFile as WeightsFile

__all__ = [
    "AccuracySummary",
    "MeasuredResult",
    "ModelCard",
    "PublishedResult",
    "SeedResult",
    "WeightsFile",
    "build_model",
    "deep_cnn",
    "dense_baseline",
    "fashion_cnn",
    "list_models",
    "model_card",
    "regularized_cnn",
    "simple_cnn",
    "small_dense",
    "two_layer_cnn",
]
