"""Phone calls: recording their legs, attributing them to stays, rating and charging them."""
