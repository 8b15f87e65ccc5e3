#include "answer_text.h"
#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <libxml/tree.h>
#include <libxml/uri.h>
#include <libxml/xmlregexp.h>
#include <libxml/xpath.h>

static const char *documents[] = {
    "<?xml version='1.0'?><a x='1' y='&amp;'><b>t &lt; <![CDATA[raw]]></b><!-- c --><?pi d?><c xml:lang='en'>5</c></a>",
    "<!DOCTYPE r [<!ENTITY e 'value'><!ELEMENT r (#PCDATA)><!ATTLIST r d CDATA 'def'>]><r>&e;</r>",
    "<a><b></a>",
    "<a",
    "<a b='1' b='2'/>",
    "<x>&unknown;</x>",
    "<n:a xmlns:n='u:x' n:b='1'><m:c/></n:a>",
    "<u>\xc3\xa9</u>"};
static const char *paths[] = {
    "//b",     "count(//*)", "string(/a/@x)", "//c[@xml:lang='en'] | //b",  "substring('hello',2,3)",
    "1 div 0", "sum(//c)",   "bad(",          "normalize-space('  a  b ')", "translate('abc','b','x')"};
static const char *uris[] = {
    "http://user@host:80/a/../b?q#f", "../x/./y", "urn:a:b", "http://[::1]/", "%zz", "file:///c"};

static void complain(void *data, xmlErrorPtr error) {
  (void)data;
  say("{%d %d %d %s}", error->domain, error->code, error->line, error->message ? error->message : "");
}

const char *answer(const char *question) {
  say("%s", question);
  xmlSetStructuredErrorFunc(NULL, (xmlStructuredErrorFunc)complain);
  for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
    for (int options = 0; options < 2; options++) {
      xmlDocPtr document = xmlReadMemory(documents[i], (int)strlen(documents[i]), "d.xml", NULL,
                                         options ? XML_PARSE_RECOVER | XML_PARSE_NOENT | XML_PARSE_DTDVALID : 0);
      xmlChar *out = NULL;
      int size = 0;
      if (document)
        xmlDocDumpFormatMemory(document, &out, &size, options);
      say("%.*s;", size, out ? (char *)out : "");
      xmlFree(out);
      xmlXPathContextPtr context = document && !i ? xmlXPathNewContext(document) : NULL;
      for (size_t p = 0; context && p < sizeof paths / sizeof *paths; p++) {
        xmlXPathObjectPtr found = xmlXPathEvalExpression((const xmlChar *)paths[p], context);
        xmlChar *value = found ? xmlXPathCastToString(found) : NULL;
        say("%d=%s;", found ? (int)found->type : -1, value ? (char *)value : "-");
        xmlFree(value), xmlXPathFreeObject(found);
      }
      xmlXPathFreeContext(context), xmlFreeDoc(document);
    }
    htmlDocPtr html = htmlReadMemory(documents[i], (int)strlen(documents[i]), NULL, NULL, 0);
    xmlChar *out = NULL;
    int size = 0;
    htmlDocDumpMemory(html, &out, &size);
    say("%.*s;", size, out ? (char *)out : "");
    xmlFree(out), xmlFreeDoc(html);
  }
  for (size_t i = 0; i < sizeof uris / sizeof *uris; i++) {
    xmlURIPtr uri = xmlParseURI(uris[i]);
    xmlChar *built = xmlBuildURI((const xmlChar *)uris[i], (const xmlChar *)"http://base/x/y");
    say("%s %s %d %s;", uri && uri->path ? uri->path : "-", uri && uri->server ? uri->server : "-",
        uri ? uri->port : -1, built ? (char *)built : "-");
    xmlFree(built), xmlFreeURI(uri);
  }
  xmlRegexpPtr expression = xmlRegexpCompile((const xmlChar *)"(a|b)*c{2,3}[x-z]?\\d+");
  say("%d %d", xmlRegexpExec(expression, (const xmlChar *)"abccz12"), xmlRegexpExec(expression, (const xmlChar *)"c1"));
  xmlRegFreeRegexp(expression);
  return line();
}
