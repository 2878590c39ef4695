"""Files of answers in the bucket of exports: written part by part, read by a link that is over after minutes."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from botocore.exceptions import ClientError

from lazo.runtime import settings

LINK_VALID_FOR: Final = timedelta(minutes=5)
PART: Final = 5 * 1024 * 1024
"""Bytes; the least that S3 takes for a part that is not the last."""


class Exports:
    """The bucket of this name. Its client is made when somebody exports: few do, and it takes as long as a page."""

    def __init__(self, bucket: str, part: int = PART) -> None:
        self._bucket = bucket
        self._part = part

    def write(self, key: str, name: str, pieces: Iterable[str]) -> None:
        """Write a file that browsers save as `name`, holding no more than about two parts of it at once.

        It is there once all of it is: when `pieces` raises, nothing can be read, and the bucket forgets it in a day.
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
        """Bytes of a file; None when there is none, or none any more."""
        try:
            return int(self._client.head_object(Bucket=self._bucket, Key=key)["ContentLength"])
        except ClientError as error:
            # Without the right to list the bucket, what is not there is forbidden.
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in (403, 404):
                return None
            raise

    def link(self, key: str) -> str:
        """An address at which the file can be read for five minutes, by whoever has it."""
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
    """The text in parts of at least `size` bytes, but for the last."""
    held = bytearray()
    for piece in pieces:
        held += piece.encode()
        if len(held) >= size:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)
