"""The gunicorn workers of the two ports, as named in the ``Procfile``."""

from hotelpbx.serving.limits import MAX_REPORT_BODY, MAX_WEB_BODY
from hotelpbx.serving.whole_request_worker import WholeRequestWorker


class DeskWorker(WholeRequestWorker):
    """The worker of the web port."""

    largest_body = MAX_WEB_BODY


class ReportWorker(WholeRequestWorker):
    """The worker of the receiver's port, where a POST must declare its length."""

    largest_body = MAX_REPORT_BODY
    length_required = True
