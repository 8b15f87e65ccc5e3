int limit = 5;
