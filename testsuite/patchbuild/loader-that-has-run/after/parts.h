void load(void);
void fillTable(int from);
void refresh(void);
void finish(void);
int total(void);
