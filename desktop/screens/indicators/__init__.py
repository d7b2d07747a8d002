"""Results and indicators: the framework as a tree, and the page of one indicator with its data entry."""
