"""The pages' own scripts: small, read as they are, and nothing from elsewhere."""

from importlib.resources import files

from fastapi import APIRouter, Path, Request, Response

from service import errors

from .answers import tagged

router = APIRouter(include_in_schema=False)
SCRIPTS = ("live.js", "board.js", "forms.js", "pictures.js")


@router.get("/scripts/{name}")
def get_script(request: Request, name: str = Path(pattern=r"^[a-z]{1,20}\.js$")) -> Response:
    """One of them.  Raises NotFound."""
    if name not in SCRIPTS:
        raise errors.NotFound(f"There is no script {name}.")
    content = files("service").joinpath("web", name).read_bytes()
    return tagged(request, content, "text/javascript")


@router.get("/favicon.ico", status_code=204)
def get_icon() -> None:
    """None: browsers ask for one on every page."""
