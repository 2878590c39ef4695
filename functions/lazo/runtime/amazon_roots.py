"""The authorities that AWS's certificates come from, asked before all others.

To read the 126 that botocore trusts takes a fifth as long as all else that boto3 does before it has put an item, and
botocore reads them for each connection. A certificate that these do not vouch for is checked by all, as without them.
"""

import os
from pathlib import Path
from typing import Final

MODELS: Final = "AWS_DATA_PATH"
"""The variable that names the folder of what the build took over from botocore."""
FILE: Final = "amazon_roots.pem"
"""In that folder (infra/service_models.py)."""


def bundle() -> str | None:
    """Return the path of the file with these authorities; None where nothing is built, and where somebody names
    others."""
    file = Path(os.environ.get(MODELS, ""), FILE)
    return None if os.environ.get("AWS_CA_BUNDLE") or not file.is_file() else str(file)
