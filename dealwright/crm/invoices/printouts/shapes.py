"""The wire form of a conversion."""

from dealwright.wire.shape import Shape


class ConverterData(Shape, kw_only=True):
    """The file into which an invoice was printed. There is nothing to poll for: `storageUrl` and
    `revisionId` come back as they were sent."""

    storage_url: str
    revision_id: str
    invoice_id: int
    file_id: int
