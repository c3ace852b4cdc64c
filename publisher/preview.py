"""A local preview of a released folder: pages, media with byte ranges, and feeds for apps on this computer.

Feeds name the public address; here they are answered with the preview's own address in its place, so that a podcast app
fetches everything from this computer. Nothing on disk changes.
"""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from os import PathLike, stat_result
from pathlib import Path

from publisher.errors import PublisherError
from publisher.rendering.model import content_type_of

FEEDS = {
    ".xml": "application/rss+xml; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".json": "application/feed+json; charset=utf-8",
}


def serve_folder(folder: Path, public: str, port: int, say: Callable[[str], None]) -> None:
    """Serve `folder` at 127.0.0.1 until Ctrl-C. Port 0 takes a free one.

    Errors: there is nothing released, or the port is taken.
    """
    import uvicorn

    from publisher.loopback import listening

    if not (folder / "index.html").is_file():
        raise PublisherError("nothing is released here", where=str(folder), hint="publish release, then serve it")
    with listening(port) as listener:
        # A client can connect by now: whoever reads the address below finds someone there.
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        say(f"[bold]{address}[/]")
        for feed in sorted((folder / "feeds").glob("*.xml")):
            say(f"  subscribe in an app on this computer: {address}feeds/{feed.name}")
        say("Ctrl-C ends it.")
        config = uvicorn.Config(preview_app(folder, public, address), log_level="warning")
        uvicorn.Server(config).run(sockets=[listener])


def preview_app(folder: Path, public: str, address: str):  # type: ignore[no-untyped-def]  # noqa: ANN201 - Starlette is imported when it is served
    """The preview as an ASGI application."""
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware
    from starlette.requests import Request
    from starlette.responses import FileResponse, Response
    from starlette.routing import Mount, Route
    from starlette.staticfiles import StaticFiles
    from starlette.types import Scope

    class Files(StaticFiles):
        def file_response(
            self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, status_code: int = 200
        ) -> Response:
            response = super().file_response(full_path, stat_result, scope, status_code)
            # As a bucket says it, whatever this computer knows of types.
            if isinstance(response, FileResponse):
                with suppress(KeyError):
                    response.headers["Content-Type"] = content_type_of(Path(full_path).name)
            return response

    def feed(request: Request) -> Response:
        path = folder / "feeds" / request.path_params["name"]
        if path.parent != folder / "feeds" or path.suffix not in FEEDS or not path.is_file():
            return Response("Not found", 404)
        data = path.read_bytes().replace(public.encode(), address.encode())
        etag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
        headers = {"ETag": etag, "Cache-Control": "no-cache"}
        if etag in request.headers.get("If-None-Match", ""):
            return Response(status_code=304, headers=headers)
        return Response(data, media_type=FEEDS[path.suffix], headers=headers)

    # Only by these names: a page elsewhere that points its own name at 127.0.0.1 gets nothing (DNS rebinding).
    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    files = Files(directory=folder, html=True)
    return Starlette(routes=[Route("/feeds/{name}", feed), Mount("/", files)], middleware=[hosts])
