"""Pictures: one call each, an Axes or a Figure back. matplotlib loads when a name is used."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
