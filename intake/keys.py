"""From the settings to the place where the keys are."""

from intake.config import Config
from storage.key_sources import KEY_FILE, KeyFile, KeySource, KeyText, SystemKeyring


def key_source(config: Config) -> KeySource:
    """The source of keys that the settings name. Reads nothing yet."""
    keys = config.keys
    if keys.source == "environment":
        return KeyText(keys.value.get_secret_value(), "INTAKE__KEYS__VALUE")
    if keys.source == "keyring":
        return SystemKeyring(keys.keyring_service, keys.keyring_user)
    return KeyFile(keys.file or (config.data_dir / KEY_FILE).absolute())
