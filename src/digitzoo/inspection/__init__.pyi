from .maps import feature_maps as feature_maps

__all__ = ["feature_maps"]
