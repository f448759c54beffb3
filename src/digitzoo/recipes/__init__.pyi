from .recipe import Recipe as Recipe
from .recipe import list_recipes as list_recipes
from .recipe import load_recipe as load_recipe
from .train_recipe import train_recipe as train_recipe
