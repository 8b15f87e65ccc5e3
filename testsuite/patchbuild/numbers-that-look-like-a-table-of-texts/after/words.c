#include <stdio.h>
#include <stdlib.h>
#include <string.h>

unsigned long limitOf(int kind, int way);
const char *answer(const char *question);

__attribute__((noinline)) static size_t lengthOf(const char *text)
{
    __asm__ volatile("" : "+r"(text));
    return strlen(text);
}

__attribute__((noinline)) static size_t allLengths(void)
{
    size_t sum = 0;
    sum += lengthOf(" ipwdkryf tahovcjq elszgnub pwdkryfm ahovcjqx lszgnubi wdkryfmt hovcjqxe szgnubi"
                    "p dkryfmta ovcjqxel zgnubipw kryfmtah vcjqxels gnubipwd ryfmtaho cjqxelsz nubipw"
                    "dk yfmtahov jqxelszg ubipwdkr fmtahovc qxelszgn bipwdkry mtahovcj xelszgnu ipwdk"
                    "ryf tahovcjq elszgnub pwdkryfm ahovcjqx lszgnubi wdkryfmt hovcjqxe szgnubip dkry"
                    "fmta ovcjqxel zgnubipw kryfmtah vcjqxels gnubipwd ryfmtaho cjqxelsz nubipwdk yfm"
                    "tahov jqxelszg ubipwdkr fmtahovc qxelszgn bipwdkry mtahovcj xelszgnu ipwdkryf ta"
                    "hovcjq elszgnub pwdkryfm ahovcjq");
    sum += lengthOf(" jqxelszg ubipwdkr fmtahovc qxelszgn bipwdkry mtahovcj xelszgnu ipwdkryf tahovcj"
                    "q elszgnub pwdkr and more and more and more and more and more");
    sum += lengthOf(" kryfmtah vcjqxels gnubipwd ryfmtaho cjqxelsz nubipwdk yfmtahov jqxelszg ubipwdk"
                    "r fmtahovc qxelszgn bipwdkry mtahovcj xelszgnu ipwdkryf tahovcjq elszgnub pwdkry"
                    "fm ahovcjqx lszgnubi wdkryfmt hovcjqxe szgnubip dkryfmta ovcjqxel zgnubipw kryfm"
                    "tah vcjqxels gnubipwd ryfmtaho cjqxelsz nubipwdk yfmtahov jqxelszg ubipwdkr fmta"
                    "hovc qxelszgn bipwdkry mtahovcj xelszgnu ipwdkryf tahovcjq elszgnub pwdkryfm aho"
                    "vcjqx lszgnubi wdkryfmt hovcjqxe szgnubip dkryfmta ovcjqxel zgnubipw kryfmtah vc"
                    "jqxels gnubipwd ryfmtaho cjqxelsz nubipwdk yfmtahov jqxelszg ubipwdkr fmtahovc q"
                    "xelszgn bipwdkry mtahovcj xelszgnu ipwdkryf tahovcjq elszgnub pwdkryfm ahovcjqx "
                    "lszgnubi wdkryfmt hovcjqxe szgnubip dkryfmta ovcjqxel zgnubipw kryfmtah vcjqxels"
                    " gnubipwd ryfmtaho cjqxelsz nubipwdk yfmtahov jq");
    sum += lengthOf(" lszgnubi wdkryfmt hovcjqxe szgnubip dkryfmta ovcjqxel zgnubipw kryfmtah vcjqxel"
                    "s gnubipwd ryfmtaho cjqxelsz nubipwdk yfmtahov jqxelszg ubipwdkr fmtahovc qxelsz"
                    "gn bipwdkry mtahovcj xelszgnu ipwdkryf tahovcjq elszgnub pwdkryfm ahovcjqx lszgn"
                    "ubi wdkryfmt hovcjqxe szgnubip dkryfmta ovcjqxel zgnubipw kryfmtah vcjqxels gnub"
                    "ipwd ryfmtaho cjqxelsz nubipwdk yfmtahov jqxelszg ubipwdkr fmtahovc qxelszgn bip"
                    "wdkry mtahovcj xelszgnu ipwdkryf tahovcjq elszgnub pwdkryfm ahovcjqx lszgnubi wd"
                    "kryfmt hovcjqxe szgnubip dkryfmt");
    sum += lengthOf(" mtahovcj xelszgnu ipwdkryf tahovcjq elszgnub pwdkryfm ahovcjqx lszgnubi wdkryfm"
                    "t hovcjqxe szgnubip dkryfmta ovcjqxel zgnubipw kryfmtah vcjqxels gnubipwd ryfmta"
                    "ho cjqxelsz nubipwdk yfmtahov jqxelszg ubipwdkr fmtahovc qxelszgn bipwdkry mtaho"
                    "vcj xelszgnu ipwdkryf tahovcjq elszgnub pwdkryfm ahovcjqx lszgnubi wdkryfmt hovc"
                    "jqxe szgnubip dkryfmta ovcjqxel zgnubipw kryfmtah vcjqxels gnubipwd ryfmtaho cjq"
                    "xelsz nubipwdk yfmtahov jqxelszg ubipwdkr fmtahovc qxelszgn bipwdkry mtahovcj xe"
                    "lszgnu ipwdkryf tahovcjq elszgnu");
    return sum;
}

const char *answer(const char *question)
{
    static char line[200];
    int number = atoi(question);
    snprintf(line, sizeof line, "%lu %zu", limitOf(number, number), allLengths());
    return line;
}
