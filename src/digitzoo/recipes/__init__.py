"""How each model is trained, as data, and the rows of results that come of it.

`files` holds the recipes, `recipe` reads them, `train_recipe` trains one with one seed, and
`reproduce` does so with many, each in a process of its own, and sums up what was measured.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
