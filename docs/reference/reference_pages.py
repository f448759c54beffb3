"""Stub."""
def nav():
    return ["reference/index.md"]
def page(name, language):
    return "# Reference\n\n" + "\n".join(f"[](){{#digitzoo.{n}}}" for n in ["x"])
