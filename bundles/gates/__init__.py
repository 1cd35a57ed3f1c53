"""Partners' phones as gates (입구): paired once, deciding without a network, telling the mall every scan later."""
