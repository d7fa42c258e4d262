"""What made an index: if any of it differs, the stored vectors and terms may not be compared with new ones."""

import json
from dataclasses import asdict, dataclass

from corpus.errors import FingerprintError
from search.analysis import VERSION as ANALYSER_VERSION
from search.analysis import stemmer_version
from search.model_facts import ModelFacts

FACT_NAME = "fingerprint"
_UNREADABLE = "De vingerafdruk van de index is onleesbaar. Herstel met: kennislab rebuild"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Everything that a stored vector or term depends on."""

    model: str
    weights_sha256: str
    dimension: int
    token_limit: int
    query_prefix: str
    passage_prefix: str
    pooling: str
    runtime: str
    precision: str
    analyser: str
    stemmer: str
    chunker: str

    @classmethod
    def of(cls, facts: ModelFacts, chunker: str) -> "Fingerprint":
        """The fingerprint of an index made now with this model and chunker version."""
        return cls(
            model=facts.name,
            weights_sha256=facts.weights_sha256,
            dimension=facts.dimension,
            token_limit=facts.token_limit,
            query_prefix=facts.query_prefix,
            passage_prefix=facts.passage_prefix,
            pooling=facts.pooling,
            runtime=facts.runtime,
            precision="float16",
            analyser=ANALYSER_VERSION,
            stemmer=stemmer_version(),
            chunker=chunker,
        )

    @classmethod
    def from_text(cls, stored: str) -> "Fingerprint":
        """One that was stored. Raises FingerprintError when it can not be read."""
        try:
            return cls(**json.loads(stored))
        except (ValueError, TypeError):
            raise FingerprintError(_UNREADABLE) from None

    def text(self) -> str:
        """As it is stored."""
        return json.dumps(asdict(self), sort_keys=True)

    def require(self, stored: str | None) -> None:
        """Raise FingerprintError, naming each difference, when the stored fingerprint is another one."""
        if stored is None or stored == self.text():
            return
        try:
            old, new = dict(json.loads(stored)), asdict(self)
        except (ValueError, TypeError):
            raise FingerprintError(_UNREADABLE) from None
        names = [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]
        differences = "; ".join(f"{name}: index {old.get(name)!r}, nu {new.get(name)!r}" for name in names)
        raise FingerprintError(
            f"De index is met andere onderdelen gemaakt ({differences}). Maak hem opnieuw met: kennislab rebuild"
        )
