"""How each model is trained, as data in `files`, and the rows of results that come of it."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
