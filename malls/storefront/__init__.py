"""What a resident sees: home, goods, stories, notices, my page."""
