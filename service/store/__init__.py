"""What is stored, and the verbs that change it.  All tables are known once the package is."""

from . import entry_models as entry_models
from . import key_models as key_models
from . import webhook_models as webhook_models
