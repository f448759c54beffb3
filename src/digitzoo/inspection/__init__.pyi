from .attribution import grad_cam as grad_cam
from .attribution import occlusion as occlusion
from .attribution import saliency as saliency
from .embedding import Embedding as Embedding
from .embedding import embed as embed
from .maps import feature_maps as feature_maps

__all__ = ["Embedding", "embed", "feature_maps", "grad_cam", "occlusion", "saliency"]
