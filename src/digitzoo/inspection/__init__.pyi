from .embed import Embedding as Embedding
from .embed import embed as embed
from .feature_maps import feature_maps as feature_maps
from .saliency import grad_cam as grad_cam
from .saliency import occlusion as occlusion
from .saliency import saliency as saliency

__all__ = ["Embedding", "embed", "feature_maps", "grad_cam", "occlusion", "saliency"]
