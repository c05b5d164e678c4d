"""Mixed traffic on the whole bot in SimCord, and what must hold however long it goes on."""
