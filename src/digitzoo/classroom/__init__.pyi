from .course import Chapter as Chapter
from .course import Reply as Reply
from .problem import Mark as Mark
from .problem import Mistake as Mistake
from .problem import Problem as Problem
from .sheet import Worksheet as Worksheet
from .worksheet import list_topics as list_topics
from .worksheet import worksheet as worksheet
