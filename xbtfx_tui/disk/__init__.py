"""Files that must not be lost: SQLite opened privately, durably, checked, and set aside when broken."""
