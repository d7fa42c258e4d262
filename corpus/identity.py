"""Which catalogue this is: what is derived from it, and kept elsewhere, can tell that it is of this one."""

import secrets

from corpus.catalogue import Catalogue
from corpus.publishing import set_fact_once

IDENTITY = "catalogus_id"  # name of the fact


def identity_of(catalogue: Catalogue) -> str:
    """Made up when it is first asked, and the same ever after."""
    return catalogue.fact(IDENTITY) or set_fact_once(catalogue, IDENTITY, secrets.token_hex(16))
