"""Pictures of a mall, from the folder of the host's own municipality; the address cannot name another one's."""

from pathlib import PurePosixPath

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

PUBLIC = ("images", "original_images", "art")
YEAR = 31_536_000


@require_safe
def media(request: HttpRequest, name: str) -> FileResponse:
    """Serve a public picture; documents and everything else are 404 here."""
    del request
    if PurePosixPath(name).parts[:1] not in {(folder,) for folder in PUBLIC}:
        raise Http404
    try:
        response = FileResponse(default_storage.open(name))
    except (FileNotFoundError, IsADirectoryError, SuspiciousFileOperation) as error:
        raise Http404 from error
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response
