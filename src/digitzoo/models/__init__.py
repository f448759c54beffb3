"""The networks, one file each, and the catalogue that knows them all.

The catalogue and the cards load without Keras; a builder loads it when it is first named.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
