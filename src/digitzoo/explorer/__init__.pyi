from .explore import ExplorerPage as ExplorerPage
from .explore import explore as explore
