"""The formats that pictures are written in, by the suffix of their file."""

DIAGRAM_FORMATS = ("svg", "pdf", "eps", "png", "jpg", "jpeg", "gif", "gv", "dot")
ANIMATION_FORMATS = ("gif", "html")


def figure_formats() -> list[str]:
    """Give the formats that matplotlib writes a figure in."""
    from matplotlib.figure import Figure

    return sorted(Figure().canvas.get_supported_filetypes())
