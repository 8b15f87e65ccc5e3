enum state { IDLE, BUSY };
