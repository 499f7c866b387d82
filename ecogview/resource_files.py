"""Where the program's own files are: icons, in a checkout and in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource_path(*parts: str) -> Path:
    """Return the path of a file below ``resources``.

    Parameters
    ----------
    *parts : str
        The path inside ``resources``, as in ``resource_path("icons", "eye.svg")``.

    Returns
    -------
    pathlib.Path
        Inside the package where it was installed from a wheel, else beside it, in the checkout.

    Raises
    ------
    FileNotFoundError
        The file is in neither place: the installation is incomplete.
    """
    for root in (_PACKAGE, _PACKAGE.parent):
        path = root.joinpath("resources", *parts)
        if path.exists():
            return path
    raise FileNotFoundError(
        f"{'/'.join(parts)} is missing from the resources of ecogview in {_PACKAGE}; "
        "install ecogview again"
    )
