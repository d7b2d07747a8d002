"""Files the application ships with: icons, translations, templates and code lists, found as package data."""
