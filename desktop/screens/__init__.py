"""One module or folder per screen: its columns, sections and actions; screens never import each other."""
