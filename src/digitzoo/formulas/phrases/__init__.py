"""The words of explanations and notes, one file a language."""
