"""Exported files in S3: written by multipart upload, read by a presigned link that expires after minutes."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from lazo.runtime import aws_errors, settings

LINK_VALID_FOR: Final = timedelta(minutes=5)
PART_BYTES: Final = 5 * 1024 * 1024
"""The minimum that S3 accepts for a part, except the last."""


class ExportBucket:
    """The bucket of exports. The S3 client is made on first use: few users export, and making it takes as long as a
    page."""

    def __init__(self, bucket: str, part: int = PART_BYTES) -> None:
        self._bucket = bucket
        self._part = part

    def write(self, key: str, name: str, pieces: Iterable[str]) -> None:
        """Write a file that browsers save as `name`, with about two parts of it in memory at most.

        If `pieces` raises, there is no file: the bucket's lifecycle rule removes the incomplete upload after a day.
        """
        begun = self._client.create_multipart_upload(
            Bucket=self._bucket,
            Key=key,
            ContentType="text/csv; charset=utf-8",
            ContentDisposition=f'attachment; filename="{name}"',
            CacheControl="private, no-store",
        )
        upload = {"Bucket": self._bucket, "Key": key, "UploadId": begun["UploadId"]}
        parts = [
            {
                "PartNumber": number,
                "ETag": self._client.upload_part(**upload, PartNumber=number, Body=body)["ETag"],
            }
            for number, body in enumerate(_parts(pieces, self._part), start=1)
        ]
        self._client.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})

    def size(self, key: str) -> int | None:
        """Return the bytes of a file; None if it does not exist or has expired."""
        try:
            return int(self._client.head_object(Bucket=self._bucket, Key=key)["ContentLength"])
        except Exception as error:
            # S3 answers 403, not 404, for a missing key if the caller may not list the bucket.
            said = aws_errors.refusal(error)
            if said and said["ResponseMetadata"]["HTTPStatusCode"] in (403, 404):
                return None
            raise

    def download_link(self, key: str) -> str:
        """Return a presigned URL: whoever has it can read the file for five minutes."""
        link: str = self._client.generate_presigned_url(
            "get_object",
            Params={"Bucket": self._bucket, "Key": key},
            ExpiresIn=int(LINK_VALID_FOR.total_seconds()),
        )
        return link

    @property
    def _client(self) -> Any:
        return settings.client("s3", settings.FOR_FILES)


def _parts(pieces: Iterable[str], size: int) -> Iterable[bytes]:
    """Yield the text in parts of at least `size` bytes, except the last."""
    held = bytearray()
    for piece in pieces:
        held += piece.encode()
        if len(held) >= size:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)
