"""Networks as files for other programs: Keras's exporters write them, and each file is proved.

Names load when they are first used; `__init__.pyi` lists them.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
