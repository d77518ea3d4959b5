"""Settings as rows."""

from __future__ import annotations

from organisation.model import OrganisationSettings
from storage.database import Database, Tx
from storage.queries import Queries

sql = Queries(__file__)
KEY = "organisation"


async def get(reader: Tx | Database) -> tuple[OrganisationSettings, int]:
    """Return the settings with their version; what an earlier version of the program wrote is completed by defaults."""
    row = await reader.row(sql.get_setting, key=KEY)
    if row is None:
        return OrganisationSettings(), 0
    known = {name: value for name, value in row["value"].items() if name in OrganisationSettings.model_fields}
    return OrganisationSettings.model_validate(known), row["version"]
