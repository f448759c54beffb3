from .attribution import grad_cam as grad_cam
from .attribution import occlusion as occlusion
from .attribution import saliency as saliency
from .embed import Embedding as Embedding
from .embed import embed as embed
from .feature_maps import feature_maps as feature_maps

__all__ = ["Embedding", "embed", "feature_maps", "grad_cam", "occlusion", "saliency"]
