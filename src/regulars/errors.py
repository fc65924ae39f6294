"""Everything that can go wrong for a user, as one tree.

RegularsError
├── InputError                what was given cannot be read
│   ├── FileUnreadable        a file is missing, empty, broken, locked or in a form nobody knows
│   ├── MappingUnclear        columns that could be two things, or none that fits; the hint has the lines to add
│   ├── NothingUsable         everything was read and every row was set aside
│   └── QueryRefused          SQL over a release that is broken, or wants to do more than read
├── SettingsError             regulars.toml, the environment or a flag says something impossible
├── TimeError                 a cut-off or horizon that the data cannot carry
├── FeatureError              a shop's own feature breaks the wall or the catalog's form
├── ModelError                a model was given what it cannot use, or its file is not one of ours
├── WorkspaceError            the folder itself
│   ├── WorkspaceBusy         another run is using it
│   ├── WorkspaceForeign      it is not a workspace, or a newer version made it
│   └── DiskFull              there was no room to write
├── ReleaseError              what was published
│   ├── NoRelease             nothing has been published yet
│   └── ReleaseDamaged        a file of it is missing or was changed
├── AccessRefused             a key that opens nothing, or not this; or a door that would stand open to everybody
├── OrderConflict             an order of that id was taken in before, and said something else
├── CampaignError             a campaign that nobody is left for, or whose effect cannot be told
└── NotFound                  no customer, table, segment or campaign of that name

Errors travel to a door (CLI, API, app), which turns them into words. Each knows what to do about it (`hint`),
the exit code of the command line and the status of the API.
"""

from __future__ import annotations


class RegularsError(Exception):
    """Something a user can do something about."""

    exit_code = 2
    http_status = 400

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class InputError(RegularsError):
    """What was given cannot be read."""

    http_status = 422


class FileUnreadable(InputError):
    """A file is missing, empty, broken, locked or in a form nobody knows."""


class MappingUnclear(InputError):
    """Columns that could be two things, or none that fits."""


class NothingUsable(InputError):
    """Everything was read and every row was set aside."""


class QueryRefused(InputError):
    """SQL over a release that is broken, or wants to do more than read."""


class SettingsError(RegularsError):
    """The settings file, the environment or a flag says something impossible."""


class TimeError(RegularsError):
    """A cut-off or horizon that the data cannot carry."""


class FeatureError(RegularsError):
    """A shop's own feature breaks the wall or the form of the catalog."""


class ModelError(RegularsError):
    """A model was given what it cannot use, or its file is not one of ours."""


class WorkspaceError(RegularsError):
    """The workspace folder itself."""

    http_status = 503


class WorkspaceBusy(WorkspaceError):
    """Another run is using it."""


class WorkspaceForeign(WorkspaceError):
    """It is not a workspace, or a newer version made it."""


class DiskFull(WorkspaceError):
    """There was no room to write."""

    http_status = 507


class ReleaseError(RegularsError):
    """What was published."""

    http_status = 503


class NoRelease(ReleaseError):
    """Nothing has been published yet."""


class ReleaseDamaged(ReleaseError):
    """A file of it is missing or was changed."""


class AccessRefused(RegularsError):
    """A key that opens nothing, or not this; or a door that would stand open to everybody."""

    http_status = 403


class OrderConflict(RegularsError):
    """An order of that id was taken in before, and said something else."""

    http_status = 409


class CampaignError(RegularsError):
    """A campaign that nobody is left for, or whose effect cannot be told from what is there."""

    http_status = 409


class NotFound(RegularsError):
    """No customer, table, segment or campaign of that name."""

    http_status = 404
