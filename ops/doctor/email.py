"""Checks whether SES sends e-mail: the account, and the sender's identity."""

from ops.doctor.finding import Finding, failed, ok, warning
from ops.installation import Installation


def check_ses_account(installation: Installation) -> Finding:
    """Check that sending is on, and not to verified addresses only."""
    account = installation.client("sesv2").get_account()
    if not account["SendingEnabled"]:
        return failed("sending is paused", "look at the messages of AWS in the SES console")
    if not account["ProductionAccessEnabled"]:
        return failed(
            "e-mails go to verified addresses only",
            "ask for production access: SES console, Account dashboard",
        )
    return ok(f"{account['SendQuota']['Max24HourSend']:.0f} e-mails a day")


def check_ses_identity(installation: Installation) -> Finding:
    """Check that the sender's address, or else its domain, is verified, with DKIM."""
    sender = installation.parameters["SenderEmail"]
    client = installation.client("sesv2")
    for identity in (sender, sender.rpartition("@")[2]):
        try:
            found = client.get_email_identity(EmailIdentity=identity)
        except client.exceptions.NotFoundException:
            continue
        if not found.get("VerifiedForSendingStatus"):
            continue
        if found.get("DkimAttributes", {}).get("Status") == "SUCCESS":
            return ok(f"{identity} is verified, with DKIM")
        return warning(
            f"{identity} is verified, without DKIM: many take its e-mails for spam",
            "verify the domain with Easy DKIM in the SES console",
        )
    return failed(f"{sender} is not verified", "verify it, or its domain, in the SES console")
