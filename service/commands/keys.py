"""`kennislab keys add|list|revoke`: the keys with which programs and pages use the API."""

import argparse
from dataclasses import asdict
from datetime import UTC, datetime, time, timedelta
from datetime import date as Date  # noqa: N812 - as in corpus.types
from typing import Any

from corpus.database import Database
from corpus.errors import KeyRequestError
from corpus.keys import Key, NewKey, create_key, list_keys, revoke_key
from ingest.metadata import parse_classification
from service.access import Role, check_key
from service.actions import add_action, run_action
from service.operator import recorded
from service.origins import parse_origin
from service.output import note, say, say_json
from service.settings import Settings

NAME = "keys"
HELP = "Beheer de sleutels voor de API"

DEFAULT_DAYS = 365
ROLES = [role.value for role in Role if role is not Role.ANONYMOUS]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of this verb."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="WAT")
    add = add_action(actions, "add", "Maak een sleutel; hij wordt één keer getoond", _add)
    add.add_argument("name", metavar="NAAM", help="van wie of waarvoor de sleutel is")
    add.add_argument("--rol", required=True, choices=ROLES, help="wat de houder mag")
    add.add_argument("--niveau", metavar="LEVEL", help="hoogste vertrouwelijkheid, lager dan de rol ziet")
    add.add_argument(
        "--verloopt", metavar="DATUM|DAGEN", help="laatste dag (JJJJ-MM-DD), of aantal dagen; anders een jaar"
    )
    add.add_argument(
        "--herkomst", action="append", default=[], metavar="ORIGIN", help="website met de sleutel in zijn pagina"
    )
    add_action(actions, "list", "Toon alle sleutels, zonder hun geheim", _list)
    revoke = add_action(actions, "revoke", "Trek een sleutel in; dat geldt meteen", _revoke)
    revoke.add_argument("id", metavar="ID", help="id van de sleutel")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Do what is asked; exit 2 when such a key can not be, 1 when there is none with that id."""
    return run_action(options, settings)


def _add(options: argparse.Namespace, database: Database) -> int:
    new = _new_key(options)
    with recorded(database, "keys.add") as act:
        key, token = create_key(database, new)
        act.object = f"sleutel:{key.id}"
    if options.json:
        say_json({**_shown(key), "sleutel": token})
        return 0
    say(token)
    note(f"Sleutel {key.id} voor {key.name}: rol {key.role}, geldig tot {key.expires}.")
    note("Bewaar de sleutel nu op een veilige plek. Hij wordt niet nog een keer getoond.")
    return 0


def _new_key(options: argparse.Namespace) -> NewKey:
    name = " ".join(options.name.split())
    if not name or not name.isprintable() or len(name) > 100:
        raise KeyRequestError("Geef de sleutel een naam van hooguit 100 tekens, zodat u later weet van wie hij is.")
    role = Role(options.rol)
    level = parse_classification(options.niveau) if options.niveau else None
    try:
        origins = tuple(dict.fromkeys(parse_origin(origin) for origin in options.herkomst))
    except ValueError as error:
        raise KeyRequestError(str(error)) from error
    check_key(role, level, origins)
    return NewKey(name, role.value, _expiry(options.verloopt, datetime.now(UTC)), level, origins)


def _expiry(text: str | None, now: datetime) -> datetime:
    """The moment after the last valid day, or so many days from now."""
    if text is None or text.isdecimal():
        days = int(text or DEFAULT_DAYS)
        if not 1 <= days <= 3650:
            raise KeyRequestError(f"Een sleutel kan niet {days} dagen geldig zijn. Kies 1 tot en met 3650.")
        return now + timedelta(days=days)
    try:
        day = Date.fromisoformat(text)
    except ValueError as error:
        raise KeyRequestError(f"{text!r} is geen datum (JJJJ-MM-DD) en geen aantal dagen.") from error
    if not now.date() <= day <= now.date() + timedelta(days=3650):
        raise KeyRequestError(
            f"{text} kan niet de laatste dag zijn. Kies een dag vanaf vandaag, hooguit tien jaar verder."
        )
    return datetime.combine(day + timedelta(days=1), time.min, UTC)


def _list(options: argparse.Namespace, database: Database) -> int:
    keys = list_keys(database)
    if options.json:
        say_json([_shown(key) for key in keys])
    elif not keys:
        say("Er zijn nog geen sleutels. Maak er een met: kennislab keys add NAAM --rol lezer")
    for key in keys if not options.json else ():
        facts = _shown(key)
        extra = [facts["niveau"] and f"tot {facts['niveau']}", *key.origins]
        used = f"laatst gebruikt {key.last_used}" if key.last_used else "nooit gebruikt"
        parts = [f"{facts['toestand']:<11}", key.id, f"{key.role:<10}", key.name, *filter(None, extra)]
        say("  ".join([*parts, f"verloopt {key.expires[:10]}", used]))
    return 0


def _revoke(options: argparse.Namespace, database: Database) -> int:
    with recorded(database, "keys.revoke", f"sleutel:{options.id}"):
        key = revoke_key(database, options.id)
    if options.json:
        say_json(_shown(key))
    else:
        say(f"ingetrokken  {key.id}  {key.name}")
    return 0


def _shown(key: Key) -> dict[str, Any]:
    names = {
        "id": "id",
        "name": "naam",
        "role": "rol",
        "max_level": "niveau",
        "origins": "herkomst",
        "created": "gemaakt",
        "expires": "verloopt",
        "revoked": "ingetrokken",
        "last_used": "laatstGebruikt",
    }
    return {names[name]: value for name, value in asdict(key).items()} | {"toestand": key.state(datetime.now(UTC))}
