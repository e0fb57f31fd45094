"""``stays/{reference}/folio.pdf``: the printed folio."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request

from api.base import PropertyView
from api.requests import paging, queries
from billing.documents import LANGUAGES, folio_document, folios_as_pdf, language_of
from billing.folio.statement import folio_of


class FolioPdf(PropertyView):
    """As printed at the desk, including late charges. Problems are JSON."""

    scopes = {"GET": "charges:read"}
    refuses = {"GET": ["stay_not_found"]}
    parameters = (queries.choice("language", "of the fixed texts; default: property's", LANGUAGES),)

    @extend_schema(
        operation_id="folio_print",
        summary="The folio as a PDF file",
        responses={(200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY, "The PDF file.")},
    )
    def get(self, request: Request, code: str, reference: str) -> HttpResponse:
        language = language_of(self.property, paging.choice(request, "language", LANGUAGES))
        document = folio_document(folio_of(self.stay(reference)), language)
        content = folios_as_pdf([document], f"{document.title} {document.reference}")
        name = content_disposition_header(as_attachment=False, filename=f"folio-{reference}.pdf")
        return HttpResponse(
            content, content_type="application/pdf", headers={"Content-Disposition": str(name)}
        )
