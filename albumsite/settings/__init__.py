"""Every setting, read once, a module by subject. All variation comes from environment variables; a wrong value fails at start by name."""

from __future__ import annotations

from albumsite.settings.browsers import *  # noqa: F403
from albumsite.settings.buckets import *  # noqa: F403
from albumsite.settings.covers import *  # noqa: F403
from albumsite.settings.dotted_names import *  # noqa: F403
from albumsite.settings.faces import *  # noqa: F403
from albumsite.settings.jobs import *  # noqa: F403
from albumsite.settings.keeping import *  # noqa: F403
from albumsite.settings.learning import *  # noqa: F403
from albumsite.settings.logs import *  # noqa: F403
from albumsite.settings.people import *  # noqa: F403
from albumsite.settings.servers import *  # noqa: F403
from albumsite.settings.site import *  # noqa: F403
