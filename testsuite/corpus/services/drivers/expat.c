#include "expat.h"
#include "answer_text.h"

static const char *documents[] = {
    "<?xml version='1.0'?><a x='1' y='&amp;&#65;'><b>t &lt; <![CDATA[raw <>]]></b><!-- c --><?pi data?></a>",
    "<!DOCTYPE r [<!ENTITY e 'value'><!ELEMENT r ANY><!ATTLIST r d CDATA 'def' i ID #IMPLIED>]><r>&e;&e;</r>",
    "<a><b></a>",
    "<a",
    "",
    "<a b='1' b='2'/>",
    "<x>&unknown;</x>",
    "<n:a xmlns:n='u:x' n:b='1'><n:c/></n:a>",
    "<?xml version='1.0' encoding='ISO-8859-1'?><l>\xe9\xe8</l>",
    "<u>\xc3\xa9\xff</u>",
    "<!DOCTYPE a [<!ENTITY x '&y;'><!ENTITY y '&x;'>]><a>&x;</a>",
    "<a>]]></a>",
    "<a>\x01</a>",
    "<!DOCTYPE a [<!ENTITY % p SYSTEM 'none'>%p;<!NOTATION n PUBLIC 'q'><!ENTITY u SYSTEM 's' NDATA n>]><a/>"};

static void XMLCALL begin(void *data, const XML_Char *name, const XML_Char **attributes) {
  say("<%s", name);
  for (; *attributes; attributes += 2)
    say(" %s=%s", attributes[0], attributes[1]);
  say("@%lu>", (unsigned long)XML_GetCurrentLineNumber((XML_Parser)data));
}
static void XMLCALL end(void *data, const XML_Char *name) {
  say("</%s %ld>", name, XML_GetCurrentByteIndex((XML_Parser)data));
}
static void XMLCALL characters(void *data, const XML_Char *s, int size) {
  (void)data, say("[%.*s]", size, s);
}
static void XMLCALL remark(void *data, const XML_Char *s) {
  (void)data, say("(%s)", s);
}
static void XMLCALL instruction(void *data, const XML_Char *s, const XML_Char *t) {
  (void)data, say("?%s %s?", s, t);
}

const char *answer(const char *question) {
  say("%s %s", question, XML_ExpatVersion());
  for (size_t i = 0; i < sizeof documents / sizeof *documents; i++)
    for (int mode = 0; mode < 3; mode++) {
      XML_Parser parser = mode == 1 ? XML_ParserCreateNS(NULL, '|') : XML_ParserCreate(NULL);
      XML_SetHashSalt(parser, 1);
      XML_SetUserData(parser, parser);
      XML_SetElementHandler(parser, begin, end), XML_SetCharacterDataHandler(parser, characters);
      XML_SetCommentHandler(parser, remark), XML_SetProcessingInstructionHandler(parser, instruction);
      int size = (int)strlen(documents[i]), status = XML_STATUS_OK, step = mode == 2 ? 1 : size;
      for (int at = 0; at < size && status == XML_STATUS_OK; at += step)
        status = XML_Parse(parser, documents[i] + at, step, at + step >= size);
      say("%d %s %lu;", status, XML_ErrorString(XML_GetErrorCode(parser)),
          (unsigned long)XML_GetCurrentColumnNumber(parser));
      XML_ParserFree(parser);
    }
  return line();
}
