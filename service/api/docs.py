"""The API's description as a page, with nothing from elsewhere: Swagger UI comes with a package."""

from importlib.resources import files

from fastapi import APIRouter, Response

router = APIRouter(prefix="/docs", include_in_schema=False)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' "
    "data:; "
    "connect-src 'self'; frame-ancestors 'none'"
)
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Gradient Arena: API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
START = """SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
});
"""
A_DAY = {"Cache-Control": "max-age=86400"}


@router.get("")
def get_docs() -> Response:
    return Response(PAGE, media_type="text/html", headers={"Content-Security-Policy": POLICY})


@router.get("/start.js")
def get_start_script() -> Response:
    return Response(START, media_type="text/javascript", headers=A_DAY)


@router.get("/swagger-ui-bundle.js")
def get_swagger_script() -> Response:
    return Response(
        swagger_file("swagger-ui-bundle.js"), media_type="text/javascript", headers=A_DAY
    )


@router.get("/swagger-ui.css")
def get_swagger_style() -> Response:
    return Response(swagger_file("swagger-ui.css"), media_type="text/css", headers=A_DAY)


def swagger_file(name: str) -> bytes:
    """A file of Swagger UI, as the package has it."""
    return files("fastapi_offline").joinpath("static", name).read_bytes()
