"""The networks, one file each, and the catalogue that knows them all, without Keras."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
