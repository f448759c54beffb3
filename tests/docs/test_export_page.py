"""The programs of the page on export, in C and JavaScript, compiled and run on its files."""

import os
import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

from digitzoo import export_model

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "how-to").glob("export*.md"))
NODE_MODULES = ROOT / "node_modules"
IS_REQUIRED = "DIGITZOO_BROWSER" in os.environ


def program(page, language):
    found = re.search(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    return found[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What the pages write before their programs read it."""
    folder = tmp_path_factory.mktemp("exported")
    export_model("tiny_cnn", folder / "tiny_cnn", verify=False)
    export_model("tiny_cnn", folder / "tiny_cnn.onnx", verify=False)
    return folder


@pytest.mark.skipif(shutil.which("cc") is None, reason="There is no C compiler.")
def test_the_c_program_reads_a_one(folder):
    tensorflow = Path(sysconfig.get_path("platlib"), "tensorflow")
    libraries = [tensorflow / f"libtensorflow_{part}.so.2" for part in ("cc", "framework")]
    if not all(library.is_file() for library in libraries):
        pytest.skip("TensorFlow's libraries are elsewhere on this system.")
    (program_text,) = {program(page, "c") for page in PAGES}
    source = folder / "classify.c"
    source.write_text(program_text, encoding="utf-8")
    command = ["cc", source, f"-I{tensorflow / 'include'}", *libraries]
    subprocess.run([*command, f"-Wl,-rpath,{tensorflow}", "-o", "classify"], cwd=folder, check=True)
    said = subprocess.check_output(["./classify"], cwd=folder, text=True, stderr=subprocess.DEVNULL)
    assert said == "1\n"


@pytest.mark.skipif(
    not (NODE_MODULES / "onnxruntime-web").is_dir() and not IS_REQUIRED,
    reason="ONNX Runtime Web is installed by npm ci.",
)
def test_the_page_for_browsers_reads_a_one(folder):
    (script,) = {program(page, "js") for page in PAGES}
    (folder / "page.mjs").write_text(script, encoding="utf-8")
    modules = folder / "node_modules"
    if not modules.exists():
        modules.symlink_to(NODE_MODULES)
    said = subprocess.check_output(["node", "page.mjs"], cwd=folder, text=True)
    assert said == "1\n"
