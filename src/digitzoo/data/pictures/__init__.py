"""Pictures as people have them, brought to the form of the bundled data sets."""
