enum state { IDLE, STARTING, BUSY };
