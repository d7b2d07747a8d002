"""Bundles: what a sync would carry, in sealed and signed files for a stick, e-mail or a colleague."""
