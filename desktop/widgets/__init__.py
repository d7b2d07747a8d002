"""Generic widgets that know no record type: grid, form, chart, timeline, badge."""
