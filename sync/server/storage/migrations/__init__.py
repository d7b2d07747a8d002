"""The schema's history as Alembic steps, inside the package so that an installed server can migrate."""
