"""Who may see and who may export: passwords, kept as scrypt hashes, or an identity provider.

Without either the app is for whoever sits at the machine, and it listens on the loopback address only. Whoever knows the
viewers' password, or is named among the viewers, sees; an editor exports too.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from regulars.app.loopback import is_loopback
from regulars.app.provider import Provider, Role
from regulars.errors import SettingsError
from regulars.settings import AppDoor

COST, BLOCK, LANES = 2**15, 8, 1
MOST_COST = 2**20
MEMORY = 128 * MOST_COST * BLOCK
LEAST_LETTERS = 10


def hash_password(password: str) -> str:
    """Return what may be kept of a password: parameters, salt and scrypt hash.

    Raises
    ------
    SettingsError
        It is shorter than ten letters.

    >>> hash_password("correct horse battery").split("$")[:2]
    ['scrypt', '32768,8,1']
    """
    if len(password) < LEAST_LETTERS:
        raise SettingsError(
            f"the password has {len(password)} letters; at least {LEAST_LETTERS} are needed",
            hint="four or five unrelated words are easy to remember and hard to guess",
        )
    salt = secrets.token_bytes(16)
    found = _scrypt(password, salt, COST, BLOCK, LANES)
    return "$".join(("scrypt", f"{COST},{BLOCK},{LANES}", _text(salt), _text(found)))


def fits(password: str, kept: str) -> bool:
    """Whether a password is the one whose hash was kept.

    >>> fits("correct horse battery", hash_password("correct horse battery")), fits("wrong", hash_password("correct horse battery"))
    (True, False)

    Raises
    ------
    SettingsError
        What was kept is not such a hash.
    """
    cost, block, lanes, salt, wanted = _parts(kept)
    return hmac.compare_digest(_scrypt(password, salt, cost, block, lanes), wanted)


@dataclass(frozen=True)
class Doorkeeper:
    """Lets people in as the settings say: by passwords, or by what a provider says of them."""

    viewer: str = ""
    editor: str = ""
    provider: Provider | None = None

    @classmethod
    def of(cls, settings: AppDoor) -> Doorkeeper:
        """Return the doorkeeper that the settings ask for; a hash that cannot be read is refused here.

        Raises
        ------
        SettingsError
            A hash is not one of `regulars app password`, or there are passwords and a provider.
        """
        kept = (
            settings.viewer_password_hash.get_secret_value(),
            settings.editor_password_hash.get_secret_value(),
        )
        for one in filter(None, kept):
            _parts(one)
        provider = Provider.of(settings)
        if provider and any(kept):
            raise SettingsError(
                "section [app] has both passwords and an identity provider",
                hint="keep one of them, so that it is clear who gets in",
            )
        return cls(*kept, provider)

    @property
    def asks(self) -> bool:
        """Whether anybody has to sign in."""
        return bool(self.viewer or self.editor or self.provider)

    def role_of(self, password: str) -> Role | None:
        """Return what a password allows; None when it is nobody's."""
        # Both are tried, so that the time it takes does not tell which one there is.
        is_editor = bool(self.editor) and fits(password, self.editor)
        is_viewer = bool(self.viewer) and fits(password, self.viewer)
        return "editor" if is_editor else "viewer" if is_viewer else None


def refuse_open_door(address: str, keeper: Doorkeeper) -> None:
    """Refuse to listen to other machines when nobody has to sign in.

    Raises
    ------
    SettingsError
        The address is not a loopback address, and neither a password nor a provider is set.
    """
    if not is_loopback(address) and not keeper.asks:
        raise SettingsError(
            f"the app would show every customer to whoever reaches {address}, and nobody would have to sign in",
            hint="make a password with `regulars app password` and set REGULARS_APP__EDITOR_PASSWORD_HASH, or set a provider "
            "(app.oidc_metadata_url), or leave --address out",
        )


def _scrypt(password: str, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=cost, r=block, p=lanes, maxmem=MEMORY, dklen=32)


def _parts(kept: str) -> tuple[int, int, int, bytes, bytes]:
    try:
        name, numbers, salt, found = kept.split("$")
        cost, block, lanes = (int(number) for number in numbers.split(","))
        if (
            name != "scrypt"
            or not 2**14 <= cost <= MOST_COST
            or cost & (cost - 1)
            or (block, lanes) != (BLOCK, LANES)
        ):
            raise ValueError
        return cost, block, lanes, _bytes(salt), _bytes(found)
    except (ValueError, binascii.Error):
        raise SettingsError(
            "a password hash of section [app] cannot be read",
            hint="`regulars app password` makes one that begins with scrypt$",
        ) from None


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
