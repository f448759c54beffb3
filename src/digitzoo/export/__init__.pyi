from .export_model import export_model as export_model
from .proof import ExportedModel as ExportedModel
