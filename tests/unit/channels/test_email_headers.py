"""Headers of e-mails whatever a name or a subject holds."""

import email
import email.policy

from tests.unit.channels.test_channels import Provider, send_email


def test_no_name_or_subject_ends_a_header_or_is_read_as_an_encoded_word() -> None:
    """RFC 2047, 2: `=?utf-8?q?a=0D=0ABcc:_x@y.z?=` is a line break and a header of its own to whoever decodes it."""
    hidden = "=?utf-8?q?Aurora=0D=0ABcc:_x@y.example?="
    provider = Provider()
    breaks = ("\n", "\r\n", "\r", "\u2028", "\x85", "\x0b", "\x00")
    for text in (hidden, *(f"Aurora{each}Bcc: x@y.example" for each in breaks)):
        send_email(provider, sender_name=text, subject=text)
    for asked in provider.asked:
        message = email.message_from_bytes(asked["Content"]["Raw"]["Data"], policy=email.policy.default)
        assert message["Bcc"] is None
        assert {"From", "To", "Subject"} <= set(message.keys())
        assert message["From"].addresses[0].display_name == message["Subject"]
        assert message["Subject"] in (hidden.replace("=?", "= ?"), "Aurora Bcc: x@y.example")
