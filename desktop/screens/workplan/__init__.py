"""The workplan: results, activities and milestones in one tree, with everything about one beside it."""
