"""Builds the package's wheel (PEP 517 and 660) with nothing but Python, so also without a network.

pip calls these functions. Setuptools would do as well, but a fresh environment has none: pip would have
to fetch it first, and it leaves its files among the sources.
"""

import base64
import hashlib
import re
import zipfile
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_PROJECT = dict(
    re.findall(r'^([a-z-]+) = "(.*)"$', (_HERE / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
)
_NAME = f"{_PROJECT['name']}-{_PROJECT['version']}"
_ABOUT = {
    "METADATA": f"""Metadata-Version: 2.1
Name: {_PROJECT['name']}
Version: {_PROJECT['version']}
Summary: {_PROJECT['description']}
License: {_PROJECT['license']}
Requires-Python: {_PROJECT['requires-python']}
""",
    "WHEEL": """Wheel-Version: 1.0
Generator: quanta
Root-Is-Purelib: true
Tag: py3-none-any
""",
}


def _write(folder, files):
    """Writes a wheel of some files, and the record of their hashes; returns the wheel's name."""
    files = {**files, **{f"{_NAME}.dist-info/{name}": text.encode() for name, text in _ABOUT.items()}}
    record = f"{_NAME}.dist-info/RECORD"
    lines = []
    for name, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(content)}\n")
    files[record] = "".join(lines + [f"{record},,\n"]).encode()
    wheel = f"{_NAME}-py3-none-any.whl"
    with zipfile.ZipFile(Path(folder) / wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return wheel


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    """The package."""
    modules = sorted((_HERE / "quanta").iterdir())
    names = [module for module in modules if module.suffix == ".py" or module.name == "py.typed"]
    return _write(wheel_directory, {f"quanta/{name.name}": name.read_bytes() for name in names})


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    """A wheel that points here, for `pip install --editable`."""
    return _write(wheel_directory, {"quanta.pth": f"{_HERE}\n".encode()})


def build_sdist(sdist_directory, config_settings=None):
    """A source archive."""
    import tarfile

    archive = f"{_NAME}.tar.gz"
    with tarfile.open(Path(sdist_directory) / archive, "w:gz") as tar:
        for name in ["pyproject.toml", "backend.py", "quanta"]:
            tar.add(_HERE / name, f"{_NAME}/{name}", filter=lambda m: None if "__pycache__" in m.name else m)
    return archive
