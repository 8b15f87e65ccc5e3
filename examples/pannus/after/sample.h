/* What the target shows of itself: one function and three variables, each changed in another way. */
#ifndef SAMPLE_H
#define SAMPLE_H

char *func_J(void);           /* J: redirected to another function */
extern char str_V[];          /* V: its bytes are overwritten */
extern char *str_P;           /* P: made to point at a string of the patch */
extern void (*func_L)(void);  /* P: made to point at a function of the patch */

#endif
