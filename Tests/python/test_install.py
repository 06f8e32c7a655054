"""The package as pip installs it, without a network."""

import subprocess
import sys

from conftest import SOURCES


def test_pip_installs_it_without_a_network_and_leaves_nothing_behind(tmp_path):
    def files():
        return sorted(path for path in SOURCES.rglob("*") if "__pycache__" not in path.parts)

    before = files()
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--target", str(tmp_path / "site")]
    done = subprocess.run([*pip, str(SOURCES)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert files() == before
    code = "import quanta; from importlib.metadata import version; print(quanta.__file__, version('quanta'))"
    shown = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(tmp_path / "site")}, capture_output=True, text=True
    )
    assert shown.stdout.split() == [str(tmp_path / "site/quanta/__init__.py"), "1.0.0"], shown.stderr
