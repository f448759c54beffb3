"""The small networks everyone starts with, with their data, formulas and training.

Names load when they are first used, so `import digitzoo` is instant and brings neither
TensorFlow nor NumPy. `__init__.pyi` lists them.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
__version__ = "0.1.0"
